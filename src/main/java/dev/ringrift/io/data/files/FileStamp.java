package dev.ringrift.io.data.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What tells without reading whether a file is still the one that was read: where it lies and
/// when it was last touched. The time of change (ctime) is in it because anybody can set the time
/// of modification back.
///
/// @param device of the file system
/// @param modifiedNanos since 1970
/// @param changedNanos since 1970; of content, name or rights
public record FileStamp(
    long device, long inode, long sizeBytes, long modifiedNanos, long changedNanos) {

  /// Of the regular file at this path itself, not of what a symbolic link there leads to.
  ///
  /// @throws NoSuchFileException when there is none, or when it is no regular file
  public static FileStamp of(Path file) throws IOException {
    Map<String, Object> found =
        Files.readAttributes(
            file,
            "unix:dev,ino,size,lastModifiedTime,ctime,isRegularFile",
            LinkOption.NOFOLLOW_LINKS);
    if (!Boolean.TRUE.equals(found.get("isRegularFile"))) {
      throw new NoSuchFileException(file.toString(), null, "it is no regular file");
    }
    return new FileStamp(
        number(found, "dev"),
        number(found, "ino"),
        number(found, "size"),
        nanos(found, "lastModifiedTime"),
        nanos(found, "ctime"));
  }

  private static long number(Map<String, Object> found, String name) {
    return found.get(name) instanceof Number number ? number.longValue() : 0;
  }

  private static long nanos(Map<String, Object> found, String name) {
    return found.get(name) instanceof FileTime time ? time.to(TimeUnit.NANOSECONDS) : 0;
  }
}

package dev.ringrift.io.data.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.function.LongConsumer;

/// A file that is open for reading, and tells how much of it goes out: the event loop sends it by
/// itself, and nothing else knows whether its reader takes anything. Thread-safe.
final class CountedFile extends FileChannel {
  private final FileChannel file;
  private final LongConsumer moved;

  /// @param moved is told each time how many bytes more were sent or read
  CountedFile(FileChannel file, LongConsumer moved) {
    this.file = file;
    this.moved = moved;
  }

  private long counted(long bytes) {
    if (bytes > 0) {
      moved.accept(bytes);
    }
    return bytes;
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    return counted(file.transferTo(position, count, target));
  }

  @Override
  public int read(ByteBuffer into, long position) throws IOException {
    return (int) counted(file.read(into, position));
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return (int) counted(file.read(into));
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) throws IOException {
    return counted(file.read(into, offset, length));
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    file.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    return file.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return file.lock(position, size, shared);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return file.tryLock(position, size, shared);
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    return file.write(from);
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    return file.write(from, offset, length);
  }

  @Override
  public int write(ByteBuffer from, long position) throws IOException {
    return file.write(from, position);
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    file.truncate(size);
    return this;
  }

  @Override
  public void force(boolean metadata) throws IOException {
    file.force(metadata);
  }

  @Override
  public long transferFrom(ReadableByteChannel from, long position, long count) throws IOException {
    return file.transferFrom(from, position, count);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    file.close();
  }
}

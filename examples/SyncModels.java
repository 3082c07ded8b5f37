import dev.ringrift.data.Aria2Config;
import dev.ringrift.data.Aria2Transport;
import dev.ringrift.data.SyncResult;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Brings a folder up to date with the models of some data servers:
/// `SyncModels data/models http://gpu-1:8766 http://gpu-2:8766`.
public final class SyncModels {
  private SyncModels() {}

  public static void main(String[] args) {
    List<URI> sources = Arrays.stream(args).skip(1).map(URI::create).toList();
    Aria2Config config =
        Aria2Config.builder()
            .connectionsPerServer(16)
            .split(16)
            .maxConcurrentDownloads(5)
            .build();
    try (Aria2Transport transport = new Aria2Transport(config)) {
      SyncResult result =
          transport.syncFromSources(sources, Path.of(args[0]), List.of("*.pth")).join();
      System.out.printf(
          "%d fetched, %d here already, %d failed%n",
          result.filesSynced(), result.filesPresent(), result.filesFailed());
      result.errors().forEach(System.out::println);
    }
  }
}

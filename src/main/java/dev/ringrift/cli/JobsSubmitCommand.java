package dev.ringrift.cli;

import dev.ringrift.core.Count;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.jobs.JobFiles;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.io.archive.FolderPack;
import dev.ringrift.io.config.JobFile;
import dev.ringrift.io.config.JobFile.Setting;
import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `ringrift jobs submit`.
@Command(
    name = "submit",
    customSynopsis = "ringrift jobs submit [FILE] [OPTIONS] [-- COMMAND...]",
    description = "Submit a job: a file, or a command after '--'. Options go before the file's.",
    footer = {
      "",
      "A job file is YAML; it may set name, run, setup, envs, workdir, resources {gpus, vram_gb,",
      "cpus, memory_gb, disk_gb, role, labels}, priority, count, retry {attempts, on_exit_codes,",
      "backoff}, timeout, disconnect {lost_after, exclusive}, after, inputs [{name, path}],",
      "outputs [{path, name, to}], checkpoint {path, every}."
    })
final class JobsSubmitCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(paramLabel = "FILE", description = "A job file; a command goes after '--'.")
  private List<String> words = new ArrayList<>();

  @Option(names = "--name", paramLabel = "NAME", description = "What people call the job.")
  private @Nullable String name;

  @Option(names = "--count", paramLabel = "N", description = "How many tasks.")
  private @Nullable String count;

  @Option(names = "--gpus", paramLabel = "N", description = "GPUs a task: 2, 24GB.. or 24GB..:2.")
  private @Nullable String gpus;

  @Option(names = "--vram-gb", paramLabel = "GB", description = "Least memory of each GPU.")
  private @Nullable String vramGb;

  @Option(names = "--cpus", paramLabel = "N", description = "Processors a task.")
  private @Nullable String cpus;

  @Option(names = "--memory-gb", paramLabel = "GB", description = "Main memory a task.")
  private @Nullable String memoryGb;

  @Option(names = "--disk-gb", paramLabel = "GB", description = "Free disk space a task.")
  private @Nullable String diskGb;

  @Option(names = "--role", paramLabel = "ROLE", description = "Only on nodes with this job role.")
  private @Nullable String role;

  @Option(names = "--priority", paramLabel = "N", description = "Higher is placed first.")
  private @Nullable String priority;

  @Option(names = "--retries", paramLabel = "N", description = "Further tries of a failed task.")
  private @Nullable Integer retries;

  @Option(names = "--timeout", paramLabel = "TIME", description = "Longest run, for example 2h.")
  private @Nullable String timeout;

  @Option(
      names = "--env",
      paramLabel = "K=V",
      mapFallbackValue = "",
      description = "Added to the environment; may be repeated.")
  private Map<String, String> envs = new LinkedHashMap<>();

  @Option(names = "--after", paramLabel = "IDS", description = "Jobs that must succeed before.")
  private @Nullable String after;

  @Option(names = "--exclusive", description = "Never two live attempts of a task.")
  private boolean exclusive;

  @Option(
      names = "--lost-after",
      paramLabel = "TIME",
      description = "Silence of its node before a task is tried elsewhere (5m).")
  private @Nullable String lostAfter;

  @Option(
      names = "--workdir",
      paramLabel = "DIR",
      description = "Send this folder of this machine; each attempt gets it fresh.")
  private @Nullable Path workdir;

  @Option(
      names = "--workdir-on-node",
      paramLabel = "DIR",
      description = "Run in this absolute folder of the node; else in a fresh one.")
  private @Nullable String workdirOnNode;

  @Option(
      names = "--input",
      paramLabel = "NAME",
      description = "A published file that is there before it starts; may be repeated.")
  private List<String> inputs = new ArrayList<>();

  private final Shell shell;

  JobsSubmitCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    JobSpec asked = CommandError.badInput(this::job);
    try (ClusterClient client = cluster.open(shell)) {
      JobSpec job = workdir == null ? asked : asked.withFiles(packed(client, asked, workdir));
      Map<String, Object> body = new LinkedHashMap<>();
      // The same key gives the same job, so that asking again after a lost answer is safe.
      body.put("key", UUID.randomUUID().toString());
      body.put("spec", job);
      JsonNode answer = client.post("/api/v1/jobs", body);
      if (!json.print(shell, answer)) {
        footer(job, Facts.text(answer, "id"), client.clusterName());
      }
    }
  }

  private JobFiles packed(ClusterClient client, JobSpec job, Path folder) {
    JobFiles files = job.files();
    try {
      Path archive = Files.createTempFile("ringrift-", ".tar");
      try {
        FolderPack.Packed packed = pack(folder, archive);
        Map<String, Object> sent = Upload.send(client, archive, shell);
        if (!json.wanted()) {
          shell.say(
              "sent %s: %s%s"
                  .formatted(
                      folder,
                      Count.of(packed.files(), "file"),
                      packed.links() == 0
                          ? ""
                          : ", without " + Count.of(packed.links(), "symbolic link")));
        }
        Content content = Json.read(Json.bytes(sent(sent)), Content.class);
        return new JobFiles(
            files.inputs(), files.outputs(), files.checkpoint(), Optional.of(content));
      } finally {
        Files.delete(archive);
      }
    } catch (IOException e) {
      throw new UserError("cannot pack " + folder, e.toString(), "is the disk full?");
    }
  }

  private static FolderPack.Packed pack(Path folder, Path archive) throws IOException {
    try {
      return FolderPack.pack(folder.toAbsolutePath().normalize(), archive);
    } catch (UserError e) {
      throw new CommandError(ExitCode.BAD_INPUT, e);
    }
  }

  private static Map<String, Object> sent(Map<String, Object> answer) {
    return Map.of(
        "id", answer.getOrDefault("id", ""),
        "sizeBytes", answer.getOrDefault("size_bytes", 0),
        "sha256", answer.getOrDefault("sha256", ""));
  }

  private void footer(JobSpec job, String id, String clusterName) {
    shell.say(
        "submitted job %s '%s' (%s) to cluster %s"
            .formatted(id, job.name(), Count.of(job.count(), "task"), clusterName));
    useful("wait for it", "wait " + id);
    useful("its output", "logs " + id + " -f");
    useful("its attempts", "show " + id);
    useful("why it waits", "explain " + id);
    useful("end it", "cancel " + id);
  }

  private void useful(String why, String command) {
    shell.say("  %-13s %s jobs %s%s".formatted(why, shell.program(), command, cluster.suffix()));
  }

  private JobSpec job() {
    List<String> typed = spec.commandLine().getParseResult().originalArgs();
    int dashes = typed.indexOf("--");
    int commandWords = dashes < 0 ? 0 : typed.size() - dashes - 1;
    List<String> files = words.subList(0, words.size() - commandWords);
    List<String> command = words.subList(files.size(), words.size());
    if (files.size() > 1) {
      throw new UserError(
          "too many words: " + String.join(" ", files),
          "at most one is a job file",
          "put '--' before a command: ringrift jobs submit -- " + String.join(" ", files));
    }
    if (files.isEmpty() && command.isEmpty()) {
      throw new UserError("nothing to run", "", "name a job file, or put a command after '--'");
    }
    List<Setting> settings = settings(command);
    return files.isEmpty()
        ? JobFile.of(settings)
        : JobFile.read(Path.of(files.getFirst()), settings);
  }

  private List<Setting> settings(List<String> command) {
    List<Setting> settings = new ArrayList<>();
    if (!command.isEmpty()) {
      settings.add(new Setting("run", "--", List.copyOf(command)));
    }
    set(settings, "name", "--name", name);
    set(settings, "count", "--count", count);
    set(settings, "resources.gpus", "--gpus", gpus);
    set(settings, "resources.vram_gb", "--vram-gb", vramGb);
    set(settings, "resources.cpus", "--cpus", cpus);
    set(settings, "resources.memory_gb", "--memory-gb", memoryGb);
    set(settings, "resources.disk_gb", "--disk-gb", diskGb);
    set(settings, "resources.role", "--role", role);
    set(settings, "priority", "--priority", priority);
    set(settings, "retry.attempts", "--retries", retries == null ? null : "" + (retries + 1));
    set(settings, "timeout", "--timeout", timeout);
    set(settings, "after", "--after", after);
    set(settings, "disconnect.exclusive", "--exclusive", exclusive ? "true" : null);
    set(settings, "disconnect.lost_after", "--lost-after", lostAfter);
    set(settings, "workdir", "--workdir-on-node", workdirOnNode);
    if (!inputs.isEmpty()) {
      settings.add(new Setting("inputs", "--input", List.copyOf(inputs)));
    }
    envs.forEach((key, value) -> set(settings, "envs." + key, "--env", value));
    return settings;
  }

  private static void set(List<Setting> into, String key, String flag, @Nullable String value) {
    if (value != null) {
      into.add(new Setting(key, flag, value));
    }
  }
}

package dev.ringrift.cli.demo;

import dev.ringrift.cli.ClusterClient;
import dev.ringrift.cli.Shell;
import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.io.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// `ringrift demo`: a real cluster on this machine, with a batch of jobs.
@Command(name = "demo", description = "Start a cluster of six agents on this machine, and try it.")
public final class DemoCommand implements Callable<Integer> {
  private static final Duration UP_MAX = Duration.ofSeconds(90);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final Duration STEADY_FOR = Duration.ofSeconds(3);
  private static final Duration STEADY_MAX = Duration.ofSeconds(30);
  private static final int BATCH = 24;

  @Option(names = "--detach", description = "Return when it is up; it goes on until --down.")
  private boolean detach;

  @Option(names = "--down", description = "End the demo, with all that it started.")
  private boolean down;

  @Option(names = "--voters", defaultValue = "3", description = "How many voters (3).")
  private int voters = 3;

  @Option(names = "--workers", defaultValue = "3", description = "How many workers (3).")
  private int workers = 3;

  @Option(names = "--port", defaultValue = "8770", description = "The first node's port (8770).")
  private int port = 8770;

  private final Shell shell;

  public DemoCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws Exception {
    if (voters < 1 || workers < 0 || voters + workers > 20) {
      throw new UserError(
          "cannot start %d voters and %d workers".formatted(voters, workers),
          "a demo has at least one voter and at most 20 nodes",
          "3 voters and 3 workers show everything");
    }
    Path folder = shell.dataDir().resolve("demo");
    DemoCluster demo = new DemoCluster(folder, voters, workers, port, shell.pause());
    if (down) {
      return takeDown(demo);
    }
    if (demo.exists() && !demo.running().isEmpty()) {
      shell.out().printf("the demo runs already, in %s%n", folder);
    } else if (!demo.exists()) {
      shell
          .out()
          .printf(
              "starting %d voters and %d workers, each a process of its own …%n", voters, workers);
      demo.create();
    }
    remember(demo);
    demo.start();
    try (ClusterClient client = shell.connect().apply(demo.settings())) {
      awaitUp(demo, client);
      Optional<String> unsteady =
          new Steadiness(steady(demo, client), shell.pause(), LOOK_EVERY)
              .await(STEADY_FOR, STEADY_MAX);
      JsonNode status = client.get("/cluster/status", Map.of());
      long job = submit(client);
      tell(status, job);
      unsteady.ifPresent(this::warn);
      if (!detach) {
        stay(demo);
      }
    }
    return 0;
  }

  private void remember(DemoCluster demo) {
    Settings.read(shell.dataDir()).with(demo.settings()).write(shell.dataDir());
  }

  private Integer takeDown(DemoCluster demo) throws IOException, InterruptedException {
    int running = demo.running().size();
    boolean existed = demo.exists();
    demo.down();
    Settings.read(shell.dataDir()).without(DemoCluster.NAME).write(shell.dataDir());
    shell
        .out()
        .println(
            existed ? "the demo is down: %d agents ended".formatted(running) : "there is no demo");
    return 0;
  }

  private void awaitUp(DemoCluster demo, ClusterClient client) {
    long waited = 0;
    Optional<String> missing = missing(demo, client);
    while (missing.isPresent()) {
      if (waited >= UP_MAX.toMillis()) {
        throw new UserError(
            "the demo did not come up within %d s".formatted(UP_MAX.toSeconds()),
            missing.get() + (demo.complaints().isEmpty() ? "" : "\n" + demo.complaints()),
            "'%s demo --down' clears it away".formatted(shell.program()));
      }
      shell.pause().accept(LOOK_EVERY);
      waited += LOOK_EVERY.toMillis();
      missing = missing(demo, client);
    }
  }

  /// What is wrong in the eyes of any node, or of the leader: right after an election it knows
  /// nobody yet, and each node may be well for all that.
  private Supplier<Optional<String>> steady(DemoCluster demo, ClusterClient client) {
    OwnHealth health = new OwnHealth(demo.addresses());
    return () -> health.get().or(() -> missing(demo, client));
  }

  /// Which nodes the leader does not take for up.
  private Optional<String> missing(DemoCluster demo, ClusterClient client) {
    try {
      JsonNode status = client.get("/cluster/status", Map.of());
      int up = 0;
      for (JsonNode node : status.path("nodes")) {
        up += node.path("state").asString("").equals("up") ? 1 : 0;
      }
      int alive = status.path("quorum").path("alive").asInt(0);
      return up == demo.nodes() && alive == voters
          ? Optional.empty()
          : Optional.of(
              "%d of %d nodes are up, %d of %d voters".formatted(up, demo.nodes(), alive, voters));
    } catch (RuntimeException e) { // not up yet; said when it never comes
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void warn(String wrong) {
    shell
        .err()
        .printf(
            "%nit is up, but was not steady for %d s within %d s; last heard:%n%s%n"
                + "is this machine very busy? it may still settle: watch '%s status --watch'%n",
            STEADY_FOR.toSeconds(), STEADY_MAX.toSeconds(), wrong, shell.program());
  }

  private static long submit(ClusterClient client) {
    String script =
        "echo \"task $RINGRIFT_TASK runs on $RINGRIFT_NODE\"; seq 1 20000 | sha256sum; sleep 0.3";
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("key", UUID.randomUUID().toString());
    body.put("spec", JobSpec.of("demo", List.of("sh", "-c", script)).withCount(BATCH));
    return client.post("/api/v1/jobs", body).path("id").asLong(0);
  }

  private void tell(JsonNode status, long job) {
    String program = shell.program();
    shell
        .out()
        .printf(
            "cluster demo is up: %d nodes, leader %s, quorum %d/%d%n",
            status.path("nodes").size(),
            status.path("leader").asString("?"),
            status.path("quorum").path("alive").asInt(0),
            voters);
    shell.out().printf("  status page  http://localhost:%d/%n", port);
    shell.out().printf("  job %d        %d tasks, submitted just now%n", job, BATCH);
    shell.out().println();
    shell.out().println("try:");
    for (String line :
        List.of(
            "status",
            "jobs wait " + job,
            "jobs logs " + job,
            "jobs submit --count 200 --name hello -- sh -c 'echo $RINGRIFT_TASK; sleep 0.2'",
            "nodes --json       (kill -9 any pid of it: the jobs go on)",
            "events -f",
            "demo --down")) {
      shell.out().printf("  %s %s%n", program, line);
    }
  }

  /// Stays until the person ends it, and then takes the cluster down.
  private void stay(DemoCluster demo) throws InterruptedException {
    shell.out().printf("%nCtrl-C ends the demo.%n");
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(
                    () -> {
                      try {
                        takeDown(demo);
                      } catch (IOException | InterruptedException e) {
                        shell.err().println("could not clear the demo away: " + e);
                      }
                    }));
    new CountDownLatch(1).await();
  }
}

package dev.ringrift.io.data.swarm;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchEngine;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Proxies;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.UserError;
import dev.ringrift.io.data.aria2.Aria2Engine;
import dev.ringrift.io.data.aria2.Aria2Settings;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/// Several fetches at a time in a program of its own, to be killed: `FOLDER swarm|aria2 PLAN`,
/// where each line of the plan is as the words of `FetchProgram`. Ends with 1 when one failed.
final class FetchesProgram {
  private FetchesProgram() {}

  public static void main(String[] words) throws Exception {
    FetchEngine engine =
        words[1].equals("swarm")
            ? new SwarmEngine(SwarmSettings.direct())
            : new Aria2Engine(
                Vertx.vertx(),
                Aria2Settings.usual(
                    Aria2Settings.need(System.getenv()),
                    Path.of(words[0], ".engine"),
                    Proxies.NONE));
    List<Fetch> fetches = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(words[2]))) {
      String[] parts = line.split(" ");
      Expected expected = FetchProgram.expected(parts[1]);
      List<Source> sources = FetchProgram.sources(List.of(parts).subList(2, parts.length));
      fetches.add(engine.fetch(new FetchRequest(Path.of(parts[0]), expected, sources)));
    }
    boolean good = true;
    for (Fetch fetch : fetches) {
      good &= ended(fetch);
    }
    ((AutoCloseable) engine).close();
    System.exit(good ? 0 : 1);
  }

  private static boolean ended(Fetch fetch) {
    try {
      fetch.result().join();
      return true;
    } catch (CompletionException e) {
      System.out.println(e.getCause() instanceof UserError user ? user.text() : e.toString());
      return false;
    } finally {
      fetch.progress().sources().stream()
          .filter(each -> each.badPieces() > 0)
          .forEach(each -> System.out.println("bad " + each.label()));
    }
  }
}

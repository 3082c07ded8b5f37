package dev.ringrift.io.data.swarm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringrift.core.data.PieceSet;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Base64;
import java.util.Random;

/// What a source can do wrong with one request. Each kind is drawn anew for each request, so that a
/// fetch meets them all, from one source and from several.
enum Mischief {
  HONEST {
    @Override
    void answer(Scene scene, OutputStream out) throws IOException, InterruptedException {
      scene.good(out, scene.content(), scene.length());
    }
  },
  FLIPS_A_BIT {
    @Override
    void answer(Scene scene, OutputStream out) throws IOException, InterruptedException {
      byte[] wrong = scene.content().clone();
      int at = scene.first() + scene.random().nextInt(Math.max(1, scene.length()));
      wrong[Math.min(at, wrong.length - 1)] ^= (byte) (1 << scene.random().nextInt(8));
      scene.good(out, wrong, scene.length());
    }
  },
  TRUNCATES {
    @Override
    void answer(Scene scene, OutputStream out) throws IOException, InterruptedException {
      scene.good(out, scene.content(), scene.random().nextInt(Math.max(1, scene.length())));
      throw new IOException("ends here");
    }
  },
  ANNOUNCES_TOO_LITTLE {
    @Override
    void answer(Scene scene, OutputStream out) throws IOException, InterruptedException {
      scene.partial(out, scene.first(), scene.last(), Math.max(0, scene.length() - 1000));
      scene.body(out, scene.content(), scene.first(), scene.length());
    }
  },
  ANNOUNCES_TOO_MUCH {
    @Override
    void answer(Scene scene, OutputStream out) throws IOException, InterruptedException {
      scene.partial(out, scene.first(), scene.last(), scene.length() + 1000);
      scene.body(out, scene.content(), scene.first(), scene.length());
      throw new IOException("ends here");
    }
  },
  GIVES_OTHER_BYTES_AS_THESE {
    @Override
    void answer(Scene scene, OutputStream out) throws IOException, InterruptedException {
      scene.partial(out, scene.first(), scene.last(), scene.length());
      scene.body(out, scene.content(), scene.first() / 2, scene.length());
    }
  },
  GIVES_ANOTHER_RANGE {
    @Override
    void answer(Scene scene, OutputStream out) throws IOException, InterruptedException {
      scene.partial(out, 0, scene.length() - 1, scene.length());
      scene.body(out, scene.content(), 0, scene.length());
    }
  },
  HAS_ANOTHER_VERSION {
    @Override
    void answer(Scene scene, OutputStream out) throws IOException, InterruptedException {
      byte[] other = new byte[scene.content().length];
      new Random(scene.content()[0]).nextBytes(other);
      scene.good(out, other, scene.length());
    }
  },
  HANGS {
    @Override
    void answer(Scene scene, OutputStream out) throws IOException, InterruptedException {
      scene.good(out, scene.content(), scene.random().nextInt(Math.max(1, scene.length())));
      out.flush();
      scene.hang();
    }
  },
  SAYS_NOTHING {
    @Override
    void answer(Scene scene, OutputStream out) throws InterruptedException {
      scene.hang();
    }
  },
  ANSWERS_200 {
    @Override
    void answer(Scene scene, OutputStream out) throws IOException, InterruptedException {
      int length = scene.content().length;
      OddServer.head(out, "200 OK", "Content-Length: %d\r\n".formatted(length));
      scene.body(out, scene.content(), 0, length);
    }
  },
  ANSWERS_200_WITH_A_FLIPPED_BIT {
    @Override
    void answer(Scene scene, OutputStream out) throws IOException, InterruptedException {
      byte[] wrong = scene.content().clone();
      wrong[scene.random().nextInt(wrong.length)] ^= 1;
      OddServer.head(out, "200 OK", "Content-Length: %d\r\n".formatted(wrong.length));
      scene.body(out, wrong, 0, wrong.length);
    }
  },
  ANSWERS_200_WITHOUT_LENGTH_AND_ENDS_EARLY {
    @Override
    void answer(Scene scene, OutputStream out) throws IOException, InterruptedException {
      OddServer.head(out, "200 OK", "Connection: close\r\n");
      scene.body(out, scene.content(), 0, scene.random().nextInt(scene.content().length));
      throw new IOException("ends here");
    }
  },
  REDIRECTS {
    @Override
    void answer(Scene scene, OutputStream out) throws IOException {
      String to = scene.random().nextInt(4) == 0 ? scene.path() : scene.elsewhere().toString();
      OddServer.head(out, "302 Found", "Location: %s\r\nContent-Length: 0\r\n".formatted(to));
    }
  },
  DROPS {
    @Override
    void answer(Scene scene, OutputStream out) throws IOException {
      throw new IOException("ends here");
    }
  },
  CHUNKS_BADLY {
    @Override
    void answer(Scene scene, OutputStream out) throws IOException, InterruptedException {
      String range =
          "Content-Range: bytes %d-%d/%d\r\nTransfer-Encoding: chunked\r\n"
              .formatted(scene.first(), scene.last(), scene.content().length);
      OddServer.head(out, "206 Partial Content", range);
      out.write("%x\r\n".formatted(Math.max(1, scene.length() / 2)).getBytes(UTF_8));
      scene.body(out, scene.content(), scene.first(), scene.length());
      throw new IOException("ends here");
    }
  },
  FAILS {
    @Override
    void answer(Scene scene, OutputStream out) throws IOException {
      String[] said = {"503 Busy", "500 Oops", "404 Not Found", "416 No", "403 No", "429 Slow"};
      String status = said[scene.random().nextInt(said.length)];
      OddServer.head(out, status, "Content-Length: 0\r\n");
    }
  };

  private static final int CHUNK = 64 << 10;
  private static final long PAUSE_MILLIS = 45;

  abstract void answer(Scene scene, OutputStream out) throws IOException, InterruptedException;

  /// What a peer says that it has: all, some, none, or nonsense.
  static void have(Random random, int pieces, OutputStream out) throws IOException {
    PieceSet all = PieceSet.all(pieces);
    PieceSet some = PieceSet.none(pieces).with(random.nextInt(pieces));
    String have = Base64.getEncoder().encodeToString((random.nextBoolean() ? all : some).bytes());
    String told = random.nextInt(8) == 0 ? "!" : have;
    tell(random.nextInt(8) == 0 ? pieces + 1 : pieces, told, out);
  }

  /// What an honest peer says that has the whole.
  static void haveAll(int pieces, OutputStream out) throws IOException {
    tell(pieces, Base64.getEncoder().encodeToString(PieceSet.all(pieces).bytes()), out);
  }

  private static void tell(int pieces, String have, OutputStream out) throws IOException {
    byte[] body =
        "{\"gen\":1,\"pieces\":%d,\"have\":\"%s\",\"coming\":\"\"}"
            .formatted(pieces, have)
            .getBytes(UTF_8);
    OddServer.head(out, "200 OK", "Content-Length: %d\r\n".formatted(body.length));
    out.write(body);
  }

  /// One request, and what it is about.
  ///
  /// @param elsewhere an honest address of it
  record Scene(
      OddServer server,
      OddServer.Asked asked,
      KillYard.Subject subject,
      URI elsewhere,
      Random random) {
    byte[] content() {
      return subject.content();
    }

    String path() {
      return asked.path();
    }

    int first() {
      return (int) Math.min(asked.range(content().length)[0], content().length - 1);
    }

    int last() {
      return (int) Math.min(asked.range(content().length)[1], content().length - 1);
    }

    int length() {
      return Math.max(0, last() - first() + 1);
    }

    void hang() throws InterruptedException {
      server.hang();
    }

    /// The range that was asked for, but only `count` bytes of it.
    void good(OutputStream out, byte[] bytes, int count) throws IOException, InterruptedException {
      partial(out, first(), last(), length());
      body(out, bytes, first(), count);
    }

    void partial(OutputStream out, int from, int to, int length) throws IOException {
      OddServer.head(
          out,
          "206 Partial Content",
          "Content-Range: bytes %d-%d/%d\r\nContent-Length: %d\r\n"
              .formatted(from, to, content().length, length));
    }

    /// At about 1.4 MB/s a connection, so that a fetch takes long enough to be killed.
    void body(OutputStream out, byte[] bytes, int from, int count)
        throws IOException, InterruptedException {
      for (int at = 0; at < count; at += CHUNK) {
        out.write(bytes, from + at, Math.min(CHUNK, count - at));
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }
}

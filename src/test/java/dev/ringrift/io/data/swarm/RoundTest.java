package dev.ringrift.io.data.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.data.Sha256;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RoundTest {
  private static final Expected NO_HASH = new Expected.Unverified();
  private static final Expected WHOLE = new Expected.Whole(Sha256.of(new byte[32]));

  private int made;

  private Probe.Told told(long size, String tag) {
    Source url = new Source.Url(URI.create("http://h%d/f".formatted(made)), Map.of());
    SwarmSettings settings = SwarmSettings.direct();
    Ways ways = new Ways(settings.proxy(), settings.tls());
    SwarmSource source = new SwarmSource(made++, url, Optional.empty(), ways);
    return new Probe.Told(source, OptionalLong.of(size), tag, true);
  }

  @Test
  void withoutAnyHashOnlyOneStrongEtagPutsSourcesTogether() {
    Probe.Told one = told(5, "\"a\"");
    Probe.Told other = told(5, "\"b\"");
    Probe.Told same = told(5, "\"a\"");

    Round round = Round.plan(NO_HASH, List.of(other, one, same)).getFirst();

    assertThat(round.sources()).containsExactly(one.source(), same.source());
    assertThat(other.source().trouble()).isEqualTo("its file has the ETag \"b\", not \"a\"");
  }

  @Test
  void withoutStrongEtagsOneSourceIsKeptAndTheOthersAreToldWhy() {
    for (String tag : List.of("", "W/\"a\"")) {
      Probe.Told first = told(5, tag);
      Probe.Told second = told(5, tag);

      List<Round> rounds = Round.plan(NO_HASH, List.of(first, second));

      assertThat(rounds).hasSize(1);
      assertThat(rounds.getFirst().sources()).containsExactly(first.source());
      assertThat(rounds.getFirst().open()).isFalse();
      assertThat(second.source().banned()).isTrue();
      assertThat(second.source().trouble()).contains("strong ETag");
    }
  }

  @Test
  void ofWhatHasAHashEachIsTriedByItselfInTheEnd() {
    Probe.Told bad = told(5, "");
    Probe.Told good = told(6, "");

    List<Round> rounds = Round.plan(WHOLE, List.of(bad, good));

    assertThat(rounds).hasSize(3);
    assertThat(rounds.get(0).sources()).containsExactly(bad.source());
    assertThat(rounds.get(2).sources()).containsExactly(good.source());
    assertThat(rounds.get(2).content().layout().sizeBytes()).isEqualTo(6);
  }
}

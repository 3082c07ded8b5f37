package dev.ringrift.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.data.SourceListing.Entry;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SyncPlanTest {
  private static final Sha256 RED = Sha256.parse("a".repeat(64));
  private static final Sha256 BLUE = Sha256.parse("b".repeat(64));

  private static Entry entry(String path, long modified, Sha256 content) {
    return new Entry(
        new RelativePath(path), 9, modified, Optional.empty(), Optional.of(content), true);
  }

  private static Entry plain(String path, long modified, long size) {
    return new Entry(
        new RelativePath(path), size, modified, Optional.empty(), Optional.empty(), true);
  }

  private static SourceListing source(String name, Entry... entries) {
    return new SourceListing(name, List.of(entries));
  }

  private static SyncPlan plan(List<SourceListing> sources, String... patterns) {
    return SyncPlan.of(sources, Arrays.stream(patterns).map(PathPattern::parse).toList());
  }

  @Test
  void sourcesOfOneContentMirrorEachOtherUnderWhateverNames() {
    SyncPlan plan =
        plan(
            List.of(source("a", entry("m/x", 1, RED)), source("b", entry("old/y", 2, RED))), "m/*");
    assertThat(plan.files()).hasSize(1);
    assertThat(plan.files().getFirst().places())
        .containsExactly(
            new SyncPlan.Place("a", new RelativePath("m/x"), true),
            new SyncPlan.Place("b", new RelativePath("old/y"), true));
    assertThat(plan.problems()).isEmpty();
  }

  @Test
  void sourcesOfOneNameWithOtherContentDoNot() {
    SyncPlan plan =
        plan(List.of(source("a", entry("x.db", 1, RED)), source("b", entry("x.db", 2, BLUE))));
    SyncPlan.Wanted file = plan.files().getFirst();
    assertThat(file.sha256()).contains(BLUE);
    assertThat(file.places()).extracting(SyncPlan.Place::source).containsExactly("b");
    assertThat(plan.problems().getFirst()).contains("x.db").contains("at a").contains("of b");
  }

  @Test
  void filesWithoutHashesHaveOneSource() {
    SyncPlan same = plan(List.of(source("a", plain("x", 1, 5)), source("b", plain("x", 2, 5))));
    assertThat(same.files().getFirst().places())
        .extracting(SyncPlan.Place::source)
        .containsExactly("b");
    assertThat(same.problems()).isEmpty();
    SyncPlan other = plan(List.of(source("a", plain("x", 1, 5)), source("b", plain("x", 2, 6))));
    assertThat(other.problems()).hasSize(1);
  }

  @Test
  void patternWithoutAFileIsSaid() {
    SyncPlan plan = plan(List.of(source("a", entry("x.pth", 1, RED))), "*.pth", "*.db");
    assertThat(plan.files()).hasSize(1);
    assertThat(plan.problems()).hasSize(1);
    assertThat(plan.problems().getFirst()).contains("*.db");
  }
}

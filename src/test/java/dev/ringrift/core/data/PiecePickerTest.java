package dev.ringrift.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PiecePickerTest {
  private static final int PIECE = 4 << 20;
  private static final long SECOND = 1_000_000_000L;
  private static final int WITH_NOTHING = 99;

  private PiecePicker picker = picker(2);
  private int pieces = 2;

  private static PiecePicker picker(int pieces) {
    PiecePicker picker = pickerOfWhole(pieces);
    picker.add(WITH_NOTHING, 0);
    return picker;
  }

  /// For sources of which each has all pieces.
  private static PiecePicker pickerOfWhole(int pieces) {
    PieceLayout layout = new PieceLayout((long) pieces * PIECE, PIECE);
    PiecePicker picker = new PiecePicker(layout, new SplittableRandom(1), 0);
    picker.anyOrder(false);
    return picker;
  }

  private void whole(int source) {
    picker.add(source, 0);
    picker.has(source, PieceSet.all(pieces), PieceSet.none(pieces));
  }

  private PieceSet without(int... missing) {
    BitSet bits = new BitSet();
    bits.set(0, pieces);
    for (int piece : missing) {
      bits.clear(piece);
    }
    return PieceSet.of(pieces, bits);
  }

  private List<FetchOrder.Start> starts(long now) {
    return picker.orders(now).stream().map(FetchOrder.Start.class::cast).toList();
  }

  private FetchOrder.Start firstStart() {
    return (FetchOrder.Start) picker.orders(0).getFirst();
  }

  @Test
  void theRarestPieceGoesFirst() {
    pieces = 8;
    picker = picker(pieces);
    whole(0);
    picker.add(1, 0);
    picker.has(1, without(5), PieceSet.none(pieces));

    FetchOrder.Start first = firstStart();
    assertThat(first.range().piece()).isEqualTo(5);
    assertThat(first.source()).isZero();
  }

  @Test
  void whatOthersAreFetchingCountsAsACopy() {
    pieces = 8;
    picker = picker(pieces);
    whole(0);
    picker.add(1, 0);
    BitSet coming = new BitSet();
    coming.set(5);
    picker.has(1, without(5, 6), PieceSet.of(pieces, coming));

    assertThat(firstStart().range().piece()).isEqualTo(6);
  }

  @Test
  void aPieceOfWhichNothingCameIsChosenAnew() {
    whole(0);
    List<FetchOrder> orders = picker.orders(0);
    FetchOrder.Start refused = (FetchOrder.Start) orders.getFirst();
    orders.forEach(each -> picker.ended(each.transfer()));
    picker.busy(0, SECOND, 0);
    assertThat(picker.coming()).isEqualTo(PieceSet.none(pieces));
    picker.add(1, 0);
    picker.has(1, PieceSet.none(pieces), PieceSet.none(pieces).with(refused.range().piece()));

    FetchOrder.Start next = (FetchOrder.Start) picker.orders(SECOND).getFirst();
    assertThat(next.range().piece()).isNotEqualTo(refused.range().piece());
  }

  /// Source 0 alone has the two pieces, and gives the first one to source 1.
  private void contended() {
    whole(0);
    picker.add(1, 0);
    picker.has(1, PieceSet.none(pieces), PieceSet.none(pieces).with(0));
  }

  @Test
  void whatALoneSourceGivesToAnotherIsWaitedForAWhile() {
    contended();
    assertThat(starts(0)).extracting(each -> each.range().piece()).containsExactly(1);
    assertThat(starts(SECOND / 10)).isEmpty();

    assertThat(starts(2 * SECOND)).extracting(each -> each.range().piece()).containsExactly(0);
  }

  @Test
  void whatSeveralHaveIsNotWaitedFor() {
    contended();
    whole(2);

    assertThat(starts(0)).extracting(each -> each.range().piece()).containsExactly(1, 0);
  }

  /// Two connections of each of two sources.
  @Test
  void whereAllHaveEverythingRangesGetSmallerTowardsTheEnd() {
    pieces = 8;
    picker = pickerOfWhole(pieces);
    whole(0);
    whole(1);
    List<Integer> lengths = new ArrayList<>();
    for (List<FetchOrder.Start> now = starts(0); !now.isEmpty(); now = starts(0)) {
      for (FetchOrder.Start each : now) {
        lengths.add(each.range().length());
        picker.reached(each.transfer(), each.range().to(), 0);
        if (picker.ended(each.transfer())) {
          picker.verified(each.range().piece());
        }
      }
    }
    assertThat(lengths).startsWith(PIECE).allMatch(each -> each >= 200 << 10);
    assertThat(lengths.getLast()).isLessThan(400 << 10);
    assertThat(lengths.stream().mapToInt(each -> each).sum()).isEqualTo(pieces * PIECE);
    assertThat(picker.complete()).isTrue();
  }

  @Test
  void theFirstPieceComesInHalves() {
    picker.anyOrder(true);
    whole(0);
    List<FetchOrder.Start> starts = starts(0);
    int piece = starts.getFirst().range().piece();
    assertThat(starts)
        .extracting(FetchOrder.Start::range)
        .containsExactly(
            new PieceRange(piece, 0, PIECE / 2), new PieceRange(piece, PIECE / 2, PIECE));

    for (FetchOrder.Start each : starts) {
      picker.reached(each.transfer(), each.range().to(), SECOND);
      picker.ended(each.transfer());
    }
    picker.verified(piece);
    assertThat(starts(SECOND))
        .extracting(FetchOrder.Start::range)
        .containsExactly(new PieceRange(1 - piece, 0, PIECE));
  }

  @Test
  void aFirstPieceThatWasWrongIsNotHalved() {
    pieces = 1;
    picker = picker(pieces);
    picker.anyOrder(true);
    picker.suspect(0);
    whole(0);

    assertThat(firstStart().range()).isEqualTo(new PieceRange(0, 0, PIECE));
  }

  @Test
  void aSilentSourceLosesItsRangeAfterThreeSeconds() {
    pieces = 1;
    picker = picker(pieces);
    whole(0);
    int transfer = firstStart().transfer();
    picker.reached(transfer, 100, SECOND);

    assertThat(picker.orders(SECOND + PiecePicker.SILENCE_NANOS - 1)).isEmpty();
    long late = SECOND + PiecePicker.SILENCE_NANOS;
    assertThat(picker.orders(late)).containsExactly(new FetchOrder.Abandon(transfer, 3));

    picker.ended(transfer);
    assertThat(picker.orders(late)).isEmpty();
    whole(1);
    assertThat(picker.orders(late))
        .containsExactly(new FetchOrder.Start(1, 1, new PieceRange(0, 100, PIECE), false));
  }

  @Test
  void aFirstByteIsWaitedForLongerWhenNobodyElseGivesAny() {
    pieces = 1;
    picker = picker(pieces);
    whole(0);
    int first = firstStart().transfer();
    assertThat(picker.orders(6 * SECOND - 1)).isEmpty();
    assertThat(picker.orders(6 * SECOND)).containsExactly(new FetchOrder.Abandon(first, 6));
    picker.ended(first);
    assertThat(picker.orders(8 * SECOND - 1)).isEmpty();

    int second = ((FetchOrder.Start) picker.orders(8 * SECOND).getFirst()).transfer();
    assertThat(picker.orders(20 * SECOND - 1)).isEmpty();
    assertThat(picker.orders(20 * SECOND)).containsExactly(new FetchOrder.Abandon(second, 12));
  }

  @Test
  void aSourceThatAlwaysTakesItsTimeIsGivenIt() {
    pieces = 4;
    picker = picker(pieces);
    whole(0);
    for (FetchOrder.Start each : starts(0)) {
      picker.reached(each.transfer(), PIECE, 5 * SECOND);
      picker.ended(each.transfer());
    }
    FetchOrder.Start next = starts(5 * SECOND).getFirst();

    assertThat(picker.orders(15 * SECOND - 1)).isEmpty();
    assertThat(picker.orders(15 * SECOND)).contains(new FetchOrder.Abandon(next.transfer(), 10));
  }

  @Test
  void aFirstByteIsNotWaitedForWhenOthersGiveThem() {
    whole(0);
    whole(1);
    List<FetchOrder.Start> starts = starts(0);
    FetchOrder.Start silent = starts.getFirst();
    starts.stream()
        .filter(each -> each.source() != silent.source())
        .forEach(each -> picker.reached(each.transfer(), 100, 2 * SECOND));

    assertThat(picker.orders(3 * SECOND)).contains(new FetchOrder.Abandon(silent.transfer(), 3));
  }

  @Test
  void aSourceThatGivesBytesIsNotLeftAloneForAConnectionThatDoesNot() {
    pieces = 4;
    picker = picker(pieces);
    whole(0);
    List<FetchOrder.Start> starts = starts(0);
    assertThat(starts).hasSize(2);
    picker.reached(starts.getFirst().transfer(), 100, SECOND);
    picker.reached(starts.getFirst().transfer(), 200, 2 * SECOND);
    int silent = starts.getLast().transfer();
    assertThat(picker.orders(3 * SECOND)).containsExactly(new FetchOrder.Abandon(silent, 3));
    picker.ended(silent);
    assertThat(picker.orders(3 * SECOND)).isEmpty();

    picker.reached(starts.getFirst().transfer(), PIECE, 3 * SECOND);
    picker.ended(starts.getFirst().transfer());
    assertThat(starts(3 * SECOND)).hasSize(1);
  }

  @Test
  void whatAllConnectionsOfASourceSufferTogetherIsOneFault() {
    whole(0);
    for (int i = 0; i < 16; i++) {
      assertThat(picker.fault(0, 0)).isFalse();
    }
    assertThat(picker.orders(2 * SECOND)).isNotEmpty();
  }

  @Test
  void aSourceThatIsAskedAgainSoonerCanFailAgain() {
    whole(0);
    picker.fault(0, 0);
    picker.busy(0, SECOND, SECOND);
    picker.fault(0, SECOND);

    assertThat(picker.orders(5 * SECOND - 1)).isEmpty();
    assertThat(picker.orders(5 * SECOND)).isNotEmpty();
  }

  @Test
  void aSourceThatKeepsFailingIsGivenUpUntilItIsNamedAgain() {
    whole(0);
    assertThat(picker.fault(0, 0)).isFalse();
    assertThat(picker.fault(0, 2 * SECOND)).isFalse();
    assertThat(picker.fault(0, 6 * SECOND)).isTrue();
    assertThat(picker.orders(1000 * SECOND)).isEmpty();

    picker.add(0, 1000 * SECOND);
    assertThat(picker.orders(1000 * SECOND)).isNotEmpty();
  }

  /// Source 1 has done its piece in a second; source 0 would need minutes for its own.
  private int slowTransfer(int reached) {
    whole(0);
    whole(1);
    List<FetchOrder> orders = picker.orders(0);
    assertThat(orders).hasSize(2).allMatch(each -> each instanceof FetchOrder.Start);
    int slow = orders.getFirst().transfer();
    int fast = orders.getLast().transfer();
    picker.reached(slow, reached, SECOND / 2);
    picker.reached(fast, PIECE, SECOND);
    picker.reached(slow, reached + 1000, 2 * SECOND);
    picker.tick(2 * SECOND);
    assertThat(picker.ended(fast)).isTrue();
    picker.verified(1);
    picker.reached(slow, reached + 2000, 4 * SECOND);
    return slow;
  }

  @Test
  void aSourceWithNothingToDoTakesFromASlowOne() {
    int slow = slowTransfer(1000);

    FetchOrder.Cut cut = (FetchOrder.Cut) picker.orders(4 * SECOND).getFirst();
    assertThat(cut.transfer()).isEqualTo(slow);
    assertThat(cut.at()).isBetween(3000, PIECE / 2);

    picker.cut(slow, cut.at());
    FetchOrder.Start start = (FetchOrder.Start) picker.orders(4 * SECOND).getFirst();
    assertThat(start.source()).isEqualTo(1);
    assertThat(start.range()).isEqualTo(new PieceRange(0, cut.at(), PIECE));
  }

  @Test
  void atTheEndANewTransferIsJudgedByItsSource() {
    pieces = 3;
    picker = picker(pieces);
    whole(0);
    for (FetchOrder.Start each : starts(0)) {
      picker.reached(each.transfer(), PIECE, SECOND);
      picker.ended(each.transfer());
      picker.verified(each.range().piece());
    }
    picker.tick(SECOND);
    FetchOrder.Start last = starts(SECOND).getFirst();
    whole(1);

    assertThat(picker.orders(SECOND + SECOND / 100))
        .singleElement()
        .isInstanceOf(FetchOrder.Cut.class)
        .extracting(FetchOrder::transfer)
        .isEqualTo(last.transfer());
  }

  @Test
  void theLastBytesAreAskedOfTwoAndTheFirstOneWins() {
    int slow = slowTransfer(PIECE - 100_000);

    FetchOrder.Start race = (FetchOrder.Start) picker.orders(4 * SECOND).getFirst();
    assertThat(race.race()).isTrue();
    assertThat(race.range()).isEqualTo(new PieceRange(0, PIECE - 98_000, PIECE));

    picker.reached(race.transfer(), PIECE, 4 * SECOND);
    assertThat(picker.rival(race.transfer())).contains(slow);
    assertThat(picker.won(race.transfer())).isTrue();
    picker.verified(0);
    assertThat(picker.complete()).isTrue();
    assertThat(picker.orders(5 * SECOND)).isEmpty();
  }

  @Test
  void aPieceThatWasWrongIsLeftToOneSource() {
    picker.suspect(0);
    picker.refused(0);
    slowTransfer(1000);

    assertThat(picker.orders(4 * SECOND)).isEmpty();
  }

  @Test
  void aSourceThatIsBusyIsAskedAgainLater() {
    whole(0);
    picker.busy(0, SECOND, 0);

    assertThat(picker.orders(SECOND - 1)).isEmpty();
    assertThat(picker.orders(SECOND)).isNotEmpty();
  }

  @Test
  void bytesOfBegunPiecesAreReachedToo() {
    whole(0);
    FetchOrder.Start first = firstStart();
    picker.reached(first.transfer(), 1000, SECOND);
    assertThat(picker.reachedBytes()).isEqualTo(1000);

    picker.discarded(first.transfer());

    assertThat(picker.reachedBytes()).isZero();
    assertThat(picker.claim(first.range().piece())).isTrue();
    picker.verified(first.range().piece());
    assertThat(picker.reachedBytes()).isEqualTo(PIECE);
    assertThat(picker.left()).isOne();
  }

  @Test
  void begunPiecesHaveNoMoreThanTheBoundTogether() {
    pieces = 64;
    picker = picker(pieces);
    for (int source = 0; source < 32; source++) {
      whole(source);
    }

    List<FetchOrder.Start> starts = starts(0);

    assertThat(starts).hasSize((int) (PieceProgress.BEGUN_BYTES_MAX / PIECE));
    starts.subList(1, starts.size()).forEach(each -> picker.ended(each.transfer()));
    assertThat(starts(SECOND)).hasSize(15);
  }

  @Test
  void whoMayBeginNothingSharesWhatWasBegun() {
    pieces = 64;
    picker = picker(pieces);
    for (int source = 0; source < 32; source++) {
      whole(source);
    }
    for (FetchOrder.Start each : starts(0)) {
      picker.reached(each.transfer(), 100_000, SECOND / 4);
    }
    picker.tick(SECOND / 4);

    assertThat(picker.orders(SECOND / 4))
        .isNotEmpty()
        .allMatch(each -> each instanceof FetchOrder.Cut);
  }

  @Test
  void aLargePieceIsFetchedInRanges() {
    int large = 32 << 20;
    pieces = 8;
    picker = new PiecePicker(new PieceLayout(8L * large, large), new SplittableRandom(1), 0);
    picker.anyOrder(false);
    picker.add(WITH_NOTHING, 0);
    for (int source = 0; source < 16; source++) {
      whole(source);
    }

    List<FetchOrder.Start> starts = starts(0);

    assertThat(starts).hasSize(16).allMatch(each -> each.range().length() == 4 << 20);
    assertThat(picker.coming().count()).isEqualTo(2);
  }

  @Test
  void aSourceGetsNoMoreConnectionsThanItMay() {
    for (int most : List.of(1, 3)) {
      pieces = 64;
      picker = picker(pieces);
      picker.connectionsMax(most);
      whole(0);
      List<Integer> running = new ArrayList<>();
      for (int second = 0; second < 10; second++) {
        long now = second * SECOND;
        starts(now).forEach(start -> running.add(start.transfer()));
        for (int transfer : running) {
          picker.reached(transfer, second + 1, now);
        }
        picker.tick(now);
      }
      assertThat(running).hasSize(most);
    }
  }
}

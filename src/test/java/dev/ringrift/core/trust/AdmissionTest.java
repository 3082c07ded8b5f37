package dev.ringrift.core.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final String KEY = "A".repeat(43);
  private static final String OTHER_KEY = "B".repeat(43);
  private static final long NOW_S = 1_000_000;
  private static final long NOW = NOW_S * 1000;

  private static Credential credential(Role role, String issuer) {
    return new Credential(
        "c1", "jti-1", new NodeId("n1"), role, KEY, issuer, NOW_S - 100, NOW_S + 100);
  }

  private static Optional<Delegation> leave(long end) {
    return Optional.of(
        new Delegation("c1", "leave-1", new NodeId("v1"), OTHER_KEY, NOW_S - 500, end));
  }

  private static Admission.Bench bench(Role role, Set<String> revoked) {
    return new Admission.Bench("c1", Optional.of(role), NOW, revoked::contains);
  }

  private static Verdict judge(Credential credential, Optional<Delegation> leave, String key) {
    return Admission.judge(bench(Role.VOTER, Set.of()), credential, leave, key, NOW, NOW);
  }

  private static Refusal reason(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Refused.class);
    return ((Verdict.Refused) verdict).reason();
  }

  @Test
  void memberWithItsOwnKeyIsAccepted() {
    Verdict verdict = judge(credential(Role.WORKER, ""), Optional.empty(), KEY);
    assertThat(verdict).isEqualTo(new Verdict.Accepted(credential(Role.WORKER, ""), ""));
  }

  @Test
  void otherClusterIsRefused() {
    Admission.Bench other = new Admission.Bench("c2", Optional.of(Role.VOTER), NOW, id -> false);
    assertThat(
            reason(
                Admission.judge(
                    other, credential(Role.WORKER, ""), Optional.empty(), KEY, NOW, NOW)))
        .isEqualTo(Refusal.WRONG_CLUSTER);
  }

  @Test
  void credentialShownWithAnotherKeyIsReplayed() {
    assertThat(reason(judge(credential(Role.WORKER, ""), Optional.empty(), OTHER_KEY)))
        .isEqualTo(Refusal.REPLAYED);
  }

  @Test
  void expiredCredentialIsRefusedAtItsEndAndNotBefore() {
    Credential credential = credential(Role.WORKER, "");
    Admission.Bench before =
        new Admission.Bench("c1", Optional.of(Role.VOTER), NOW + 99_999, id -> false);
    Admission.Bench end =
        new Admission.Bench("c1", Optional.of(Role.VOTER), NOW + 100_000, id -> false);
    assertThat(Admission.judge(before, credential, Optional.empty(), KEY, NOW, NOW))
        .isInstanceOf(Verdict.Accepted.class);
    assertThat(reason(Admission.judge(end, credential, Optional.empty(), KEY, NOW, NOW)))
        .isEqualTo(Refusal.EXPIRED);
  }

  @Test
  void openLinkOutlivesItsCredentialByTheGraceOnly() {
    Credential credential = credential(Role.WORKER, "");
    long end = NOW + 100_000 + Admission.EXPIRY_GRACE.toMillis();
    Admission.Bench within =
        new Admission.Bench("c1", Optional.of(Role.VOTER), end - 1, id -> false);
    Admission.Bench after = new Admission.Bench("c1", Optional.of(Role.VOTER), end, id -> false);
    assertThat(Admission.recheck(within, credential, Optional.empty())).isEmpty();
    assertThat(Admission.recheck(after, credential, Optional.empty()))
        .hasValueSatisfying(refused -> assertThat(refused.reason()).isEqualTo(Refusal.EXPIRED));
  }

  @Test
  void revocationIsByCredentialByNodeAndByTheVoterThatSigned() {
    for (String id : Set.of("jti-1", "n1", "v1", "leave-1")) {
      Admission.Bench bench = bench(Role.VOTER, Set.of(id));
      Credential credential = credential(Role.WORKER, "v1");
      assertThat(reason(Admission.judge(bench, credential, leave(NOW_S + 500), KEY, NOW, NOW)))
          .as(id)
          .isEqualTo(Refusal.REVOKED);
      assertThat(Admission.recheck(bench, credential, leave(NOW_S + 500))).as(id).isPresent();
    }
  }

  @Test
  void workersKeepLinksWithVotersOnly() {
    for (Role role : Role.values()) {
      Verdict verdict =
          Admission.judge(
              bench(Role.WORKER, Set.of()), credential(role, ""), Optional.empty(), KEY, NOW, NOW);
      if (role == Role.VOTER) {
        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
      } else {
        assertThat(reason(verdict)).isEqualTo(Refusal.WRONG_ROLE);
      }
    }
  }

  @Test
  void voterSignsForWorkersAndForNobodyElse() {
    assertThat(judge(credential(Role.WORKER, "v1"), leave(NOW_S + 500), KEY))
        .isInstanceOf(Verdict.Accepted.class);
    for (Role role : Set.of(Role.VOTER, Role.OPERATOR, Role.VIEWER)) {
      assertThat(reason(judge(credential(role, "v1"), leave(NOW_S + 500), KEY)))
          .isEqualTo(Refusal.WRONG_ROLE);
    }
  }

  @Test
  void voterSignsWithLeaveForItselfAndNotBeyondItsEnd() {
    assertThat(reason(judge(credential(Role.WORKER, "v1"), Optional.empty(), KEY)))
        .isEqualTo(Refusal.BAD_SIGNATURE);
    assertThat(reason(judge(credential(Role.WORKER, "v2"), leave(NOW_S + 500), KEY)))
        .isEqualTo(Refusal.BAD_SIGNATURE);
    assertThat(reason(judge(credential(Role.WORKER, "v1"), leave(NOW_S + 99), KEY)))
        .isEqualTo(Refusal.EXPIRED);
  }

  @Test
  void wrongClockIsAWarningAndNeverARefusal() {
    Credential credential = credential(Role.WORKER, "");
    for (long skew : new long[] {-1_000_000_000L, -120_001, 120_001, 1_000_000_000_000L}) {
      Verdict verdict =
          Admission.judge(
              bench(Role.VOTER, Set.of()), credential, Optional.empty(), KEY, NOW + skew, NOW);
      assertThat(verdict)
          .isInstanceOfSatisfying(
              Verdict.Accepted.class,
              accepted -> assertThat(accepted.warning()).contains("the clock of n1"));
    }
    assertThat(
            Admission.judge(
                bench(Role.VOTER, Set.of()), credential, Optional.empty(), KEY, NOW + 120_000, NOW))
        .isEqualTo(new Verdict.Accepted(credential, ""));
  }

  @Test
  void workerJudgesByTheTimeItIsToldButNoneBeforeWhatItSawSigned() {
    Optional<Role> worker = Optional.of(Role.WORKER);
    assertThat(Admission.judgingMillis(Optional.of(Role.VOTER), 5, 7_000, 9)).isEqualTo(5);
    assertThat(Admission.judgingMillis(worker, 5, 7_000, 6)).isEqualTo(7_000);
    assertThat(Admission.judgingMillis(worker, 5, 7_000, 9)).isEqualTo(9_000);
    assertThat(Admission.judgingMillis(Optional.empty(), 5, 7_000, 0)).isEqualTo(7_000);
  }

  @Test
  void renewalIsDueInTheLastThird() {
    Credential credential =
        new Credential("c1", "j", new NodeId("n"), Role.WORKER, KEY, "", 1000, 1300);
    assertThat(credential.renewalDue(1_199_999)).isFalse();
    assertThat(credential.renewalDue(1_200_000)).isTrue();
  }

  @Test
  void scopesCoverWhatTheyName() {
    assertThat(Scope.SUBMIT.covers(Scope.READ)).isTrue();
    assertThat(Scope.SUBMIT.covers(Scope.ADMIN)).isFalse();
    assertThat(Scope.READ.covers(Scope.DATA)).isFalse();
    assertThat(Scope.covered(Set.of(Scope.READ, Scope.DATA), Scope.DATA)).isTrue();
    assertThat(Scope.covered(Rights.scopes(Role.WORKER), Scope.SUBMIT)).isFalse();
  }
}

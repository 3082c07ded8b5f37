package dev.ringrift.core.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ringrift.core.UserError;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorTest {
  /// Jobs 2, 3 and 5 with 4 tasks each.
  private static final TreeMap<Long, Job> KNOWN = new TreeMap<>();

  static {
    for (long id : List.of(2L, 3L, 5L)) {
      JobSpec spec = JobSpec.of("j", List.of("true")).withCount(4);
      KNOWN.put(id, new Job(id, "k" + id, spec, "me", 1));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "last | [5]",
        "all | [2, 3, 5]",
        "3 | [3]",
        "1-10 | [2, 3, 5]",
        "3,5 | [3, 5]",
        "' 5 , 2-3 ' | [2, 3, 5]",
        "3.0-2 | [3]",
        "last.1 | [5]"
      })
  void meansTheseJobs(String selector, String jobs) {
    assertThat(Selector.parse(selector).jobs(KNOWN)).hasToString(jobs);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3 | [3.0, 3.1, 3.2, 3.3]",
        "5.2 | [5.2]",
        "5.2-9 | [5.2, 5.3]",
        "last.0-1,3.3 | [3.3, 5.0, 5.1]"
      })
  void meansTheseTasks(String selector, String tasks) {
    assertThat(Selector.parse(selector).tasks(KNOWN)).hasToString(tasks);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "seven | 'seven' is not understood",
        "1,,2 | there is nothing between two commas",
        "9-4 | 4 is less than 9",
        "3.5-1 | 1 is less than 5",
        "-3 | '-3' is not understood",
        "0 | '0' is not understood",
        "0.1 | '0.1' is not understood",
        "99999999999999999999 | '99999999999999999999' is not understood"
      })
  void whatIsNoSelectorIsRefusedWithTheReason(String selector, String because) {
    UserError error = catchThrowableOfType(UserError.class, () -> Selector.parse(selector));
    assertThat(error.because()).isEqualTo(because);
    assertThat(error.mend()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"4 | no job 4", "7-9 | no job from 7 to 9", "4.0 | no job 4", "3.4 | no task 3.4"})
  void whatIsNotThereIsSaid(String selector, String what) {
    UserError error =
        catchThrowableOfType(UserError.class, () -> Selector.parse(selector).tasks(KNOWN));
    assertThat(error.what()).isEqualTo(what);
    assertThat(error.because()).isNotEmpty();
  }

  @Test
  void howManyTasksThereAreIsSaid() {
    JobSpec spec = JobSpec.of("j", List.of("true"));
    TreeMap<Long, Job> one = new TreeMap<>(Map.of(1L, new Job(1, "k", spec, "me", 1)));
    assertThat(
            catchThrowableOfType(UserError.class, () -> Selector.parse("1.7").tasks(one)).because())
        .isEqualTo("job 1 has 1 task, numbered from 0");
    assertThat(
            catchThrowableOfType(UserError.class, () -> Selector.parse("3.7").tasks(KNOWN))
                .because())
        .isEqualTo("job 3 has 4 tasks, numbered from 0");
  }

  @Test
  void oneJobOrTaskIsSingle() {
    for (String single : List.of("last", "7", "7-7", "7.0", "last.3")) {
      assertThat(Selector.parse(single).single()).as(single).isTrue();
    }
    for (String several : List.of("all", "7-8", "7,8", "7.0-3")) {
      assertThat(Selector.parse(several).single()).as(several).isFalse();
    }
  }

  @Test
  void withoutJobsAllIsNothingAndLastIsAnError() {
    assertThat(Selector.parse("all").jobs(new TreeMap<>())).isEmpty();
    UserError error =
        catchThrowableOfType(UserError.class, () -> Selector.parse("last").jobs(new TreeMap<>()));
    assertThat(error.what()).isEqualTo("there is no last job");
  }
}

package dev.ringrift;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.ringrift.agent.Agent;
import dev.ringrift.agent.view.NodeView;
import dev.ringrift.core.ledger.ClusterState;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The walls between the four rooms; see `ARCHITECTURE.md`.
class ArchitectureTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.ringrift");

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(MAIN);
  }

  /// Calls of `owner`'s methods (or `<init>`) with these names, whatever their parameters.
  private static DescribedPredicate<JavaAccess<?>> call(Class<?> owner, String... names) {
    Set<String> wanted = Set.copyOf(Arrays.asList(names));
    return new DescribedPredicate<>("%s.%s", owner.getSimpleName(), wanted) {
      @Override
      public boolean test(JavaAccess<?> access) {
        return access.getTargetOwner().isAssignableTo(owner) && wanted.contains(access.getName());
      }
    };
  }

  @Test
  void theCoreKnowsOnlyTheLanguage() {
    check(
        classes()
            .that()
            .resideInAPackage("dev.ringrift.core..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.ringrift.core..", "java..", "org.jspecify..")
            .because("decisions that need nothing else run whole in the simulation, from a seed"));
  }

  @Test
  void theCoreHasNoOutsideOfItsOwn() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.ringrift.core..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                        "java.net..",
                        "java.io..",
                        "java.nio.file..",
                        "java.nio.channels..",
                        "java.util.logging..",
                        "java.util.concurrent..")
                    .or(new Named("java.lang.(Thread|Process|ProcessBuilder|ProcessHandle)")))
            .because("a socket, file, thread or log in a decision cannot be replayed from a seed"));
  }

  @Test
  void theCoreIsGivenTimeAndChance() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.ringrift.core..")
            .should()
            .accessTargetWhere(
                call(System.class, "nanoTime", "currentTimeMillis", "getenv", "getProperty")
                    .or(call(java.time.Instant.class, "now"))
                    .or(call(java.time.LocalDateTime.class, "now"))
                    .or(call(java.time.Clock.class, "systemUTC", "systemDefaultZone", "system"))
                    .or(call(java.util.Random.class, "<init>"))
                    .or(call(java.util.random.RandomGenerator.class, "getDefault", "of"))
                    .or(call(java.util.UUID.class, "randomUUID"))
                    .or(call(Math.class, "random")))
            .because("time and chance come in as arguments, or a seed does not replay a run"));
  }

  @Test
  void theAgentKnowsTheCoreAndItsPorts() {
    check(
        classes()
            .that()
            .resideInAPackage("dev.ringrift.agent..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "dev.ringrift.core..",
                "dev.ringrift.agent..",
                "java..",
                "org.jspecify..",
                "org.slf4j..")
            .because("the simulation runs the whole agent on a network and disk of its own"));
  }

  @Test
  void adaptersDoNotKnowEachOther() {
    check(
        slices()
            .matching("dev.ringrift.io.(*)..")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(alwaysTrue(), resideInAnyPackage("dev.ringrift.io.json.."))
            // What survives a power cut is one thing to get right, once.
            .ignoreDependency(alwaysTrue(), resideInAnyPackage("dev.ringrift.io.journal.."))
            // Each listener asks in the same way who may come in, or one of them is a back door.
            .ignoreDependency(alwaysTrue(), resideInAnyPackage("dev.ringrift.io.gate.."))
            // A lease is an instant of one clock: agent and keeper must read the same one.
            .ignoreDependency(
                resideInAnyPackage("dev.ringrift.io.keeper.."),
                resideInAnyPackage("dev.ringrift.io.clock.."))
            // A folder is unpacked as it was packed, on another machine.
            .ignoreDependency(
                resideInAnyPackage("dev.ringrift.io.keeper.."),
                resideInAnyPackage("dev.ringrift.io.archive.."))
            // The API has no outside of its own: HTTP is one of two ways to it, links the other.
            .ignoreDependency(
                resideInAnyPackage("dev.ringrift.io.http.."),
                resideInAnyPackage("dev.ringrift.io.api.."))
            .because("an outside thing can then be replaced, or left out, without the others"));
  }

  @Test
  void nobodyKnowsTheCommandLine() {
    check(
        noClasses()
            .that(resideOutsideOfPackages("dev.ringrift.cli.."))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.ringrift.cli..")
            .because("arrows point down: the command line is the room that knows everybody"));
  }

  @Test
  void doorForProgramsKnowsFilesOnly() {
    check(
        classes()
            .that()
            .resideInAPackage("dev.ringrift.data..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "dev.ringrift.data..",
                "dev.ringrift.core..",
                "dev.ringrift.agent.data..",
                "dev.ringrift.io.data..",
                "io.vertx..",
                "java..",
                "org.jspecify..")
            .because("programs fetch files with nothing else of RingRift running"));
  }

  @Test
  void namesSayWhatAThingIs() {
    check(
        noClasses()
            .should()
            .haveNameMatching(".*(Manager|Helper|Helpers|Util|Utils|Impl|Base)(\\$.*)?")
            .because("such a name fits everything, and soon everything is in it"));
  }

  @Test
  void onlyTheOutsideSleeps() {
    check(
        noClasses()
            .that(resideOutsideOfPackages("dev.ringrift.io.."))
            .and()
            .haveNameNotMatching("dev.ringrift.cli.(Main|bundle.Training)")
            .should()
            .accessTargetWhere(call(Thread.class, "sleep"))
            .because("the agent's loop waits on its queue, where an event wakes it"));
  }

  @Test
  void onlyMainEndsTheProgram() {
    check(
        noClasses()
            .that()
            .haveNameNotMatching("dev.ringrift.(cli.Main|cli.bundle.Training|io.keeper.KeeperMain)")
            .should()
            .accessTargetWhere(call(System.class, "exit"))
            .because("exit codes are a promise to scripts and are made in one place"));
  }

  @Test
  void onlyTheKeeperEndsForeignProcesses() {
    check(
        noClasses()
            .that(resideOutsideOfPackages("dev.ringrift.io.keeper..", "dev.ringrift.io.process.."))
            .and()
            .resideOutsideOfPackages("dev.ringrift.cli.demo..", "dev.ringrift.cli.bundle..")
            .should()
            .accessTargetWhere(call(ProcessHandle.class, "destroy", "destroyForcibly"))
            .because("a job is ended by the keeper alone, which knows it by pid and start time"));
  }

  @Test
  void nobodyUsesAnHttpClientThatIgnoresProxies() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.net.http..")
            .because("it passes by a SOCKS proxy without a word"));
  }

  @Test
  void nobodyReadsJavaSerialisation() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo(java.io.ObjectInputStream.class)
            .because("bytes of a stranger must not choose which code runs"));
  }

  @Test
  void theSimulationRunsTheProductsOwnClasses() {
    JavaClasses tests =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages("dev.ringrift.sim");
    classes()
        .that()
        .resideInAPackage("dev.ringrift.sim..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.ringrift.sim..",
            "dev.ringrift.core..",
            "dev.ringrift.agent..",
            "dev.ringrift.ledger..", // the suite that Ratis passes as well
            "java..",
            "org.jspecify..",
            "org.junit..",
            "org.assertj..")
        .because("what it proves, it proves of the core and the agent, and of nothing else")
        .allowEmptyShould(true)
        .check(tests);
  }

  @Test
  void theSimulationRunsTheProductsAgentOnTheProductsState() {
    JavaClasses simulation =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages("dev.ringrift.sim");
    assertThat(simulation)
        .as("who makes the agents of the simulation")
        .anyMatch(one -> makes(one, Agent.class));
    assertThat(simulation)
        .as("who makes the copies of the ledger's state")
        .anyMatch(one -> makes(one, ClusterState.class));
    assertThat(simulation)
        .as("agents of the simulation's own")
        .noneMatch(one -> one.isAssignableTo(NodeView.class));
  }

  private static boolean makes(JavaClass one, Class<?> made) {
    return one.getConstructorCallsFromSelf().stream()
        .anyMatch(call -> call.getTargetOwner().isEquivalentTo(made));
  }

  /// Classes whose full name matches.
  private static final class Named extends DescribedPredicate<JavaClass> {
    private final Pattern pattern;

    Named(String pattern) {
      super("are " + pattern);
      this.pattern = Pattern.compile(pattern);
    }

    @Override
    public boolean test(JavaClass type) {
      return pattern.matcher(type.getName()).matches();
    }
  }
}

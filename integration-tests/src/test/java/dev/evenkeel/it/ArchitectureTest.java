package dev.evenkeel.it;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may know whom: the dependency table of the modules, and the order inside them. */
class ArchitectureTest {
  private static final String ADAPTERS = "dev.evenkeel.adapters..";
  private static final String JOBS = "dev.evenkeel.jobs..";
  private static final String STORE = "dev.evenkeel.store..";
  private static final String[] SCHEMAS = {"dev.evenkeel.schemas..", "dev.evenkeel.v1.."};
  private static final String[] JDK = {"java..", "javax.."};
  private static final String JACKSON = "com.fasterxml.jackson..";
  private static final String[] ADAPTERS_LEAVES = {
    "com.fasterxml.jackson..",
    "org.apache.commons.text.similarity..",
    "org.hipparchus..",
    "org.slf4j.."
  };
  private static final String PROTOBUF_USER = "dev.evenkeel.adapters.onnx.io..";
  private static final String ONNX_RUNTIME_USER = "dev.evenkeel.adapters.runtime.ort..";

  private static JavaClasses main;

  @BeforeAll
  static void readMainClasses() {
    main =
        new ClassFileImporter()
            .withImportOption(ArchitectureTest::isMainCode)
            .importPackages("dev.evenkeel");
  }

  private static boolean isMainCode(Location location) {
    return !location.contains("/test-classes/") && !location.contains("-tests.jar");
  }

  @ParameterizedTest
  @ValueSource(strings = {ADAPTERS, JOBS, STORE, "dev.evenkeel.schemas..", "dev.evenkeel.v1.."})
  void looksAtClassesOfEveryModule(String packages) {
    assertThat(main.that(resideInAPackage(packages))).as(packages).isNotEmpty();
  }

  @Test
  void schemasKnowTheJdkAvroAndJackson() {
    check(
        classes()
            .that()
            .resideInAnyPackage(SCHEMAS)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(join(JDK, SCHEMAS, "org.apache.avro..", JACKSON)));
  }

  @Test
  void modelStoreKnowsTheJdkAndJackson() {
    check(
        classes()
            .that()
            .resideInAPackage(STORE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(join(JDK, STORE, JACKSON)));
  }

  @Test
  void adaptersKnowTheJdkAndTheirLeafLibraries() {
    check(
        classes()
            .that(
                resideInAPackage(ADAPTERS)
                    .and(not(resideInAnyPackage(PROTOBUF_USER, ONNX_RUNTIME_USER))))
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(join(JDK, ADAPTERS, ADAPTERS_LEAVES)));
  }

  @Test
  void onlyOnePackageKnowsTheProtobufClasses() {
    check(
        classes()
            .that()
            .resideInAPackage(PROTOBUF_USER)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                join(JDK, ADAPTERS, ADAPTERS_LEAVES, "ai.onnx.proto..", "com.google.protobuf..")));
  }

  @Test
  void onlyOnePackageKnowsOnnxRuntime() {
    check(
        classes()
            .that()
            .resideInAPackage(ONNX_RUNTIME_USER)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(join(JDK, ADAPTERS, ADAPTERS_LEAVES, "ai.onnxruntime..")));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(ONNX_RUNTIME_USER)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime.."));
  }

  @Test
  void onlyTheBrokerPackageKnowsKafkasServer() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.evenkeel.jobs.broker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "kafka..",
                "org.apache.kafka.metadata..",
                "org.apache.kafka.raft..",
                "org.apache.kafka.server.."));
  }

  @Test
  void onlyTheBenchmarksKnowJmh() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.evenkeel.jobs.bench..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.openjdk.jmh.."));
  }

  @Test
  void nothingButTheCommandLineKnowsTheCommandLine() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.evenkeel.jobs.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.evenkeel.jobs.cli.."));
  }

  @Test
  void onlyTheCommandLineEndsTheProcess() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.evenkeel.jobs.cli..")
            .should()
            .callMethod(System.class, "exit", int.class));
  }

  @Test
  void aStepReadsNoClock() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "dev.evenkeel.adapters.onnx..",
                "dev.evenkeel.adapters.runtime..",
                "dev.evenkeel.adapters.tensor..",
                "dev.evenkeel.adapters.tta..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Math.class, "random"));
  }

  @Test
  void nothingIsSerializedByKryo() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "com.esotericsoftware..", "org.apache.flink.api.java.typeutils.runtime.kryo..")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.apache.flink.api.java.typeutils.GenericTypeInfo"));
  }

  /** Flink itself reads the job with it, which comes from whoever may submit jobs. */
  @Test
  void nothingIsReadOrWrittenByJavaSerialization() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectInputStream")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectOutputStream")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.beans.XMLDecoder")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.apache.flink.util.InstantiationUtil"));
  }

  /** So what it asks of Flink, no generic types among it, holds for each job however it is run. */
  @Test
  void onlyOneClassBuildsJobs() {
    check(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.evenkeel.jobs.AdaptationJob")
            .should()
            .callMethodWhere(describe("begin a stream", ArchitectureTest::beginsAStream)));
  }

  private static boolean beginsAStream(JavaMethodCall call) {
    return call.getTargetOwner().isAssignableTo(StreamExecutionEnvironment.class)
        && call.getName().matches("(from|add|create).*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev.evenkeel.jobs.(*)..",
        "dev.evenkeel.adapters.(*)..",
        "dev.evenkeel.adapters.onnx.(*).."
      })
  void packagesHaveNoCycles(String packages) {
    check(slices().matching(packages).should().beFreeOfCycles());
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(main);
  }

  private static String[] join(String[] jdk, Object... more) {
    return Stream.concat(
            Arrays.stream(jdk), Arrays.stream(more).flatMap(ArchitectureTest::packages))
        .toArray(String[]::new);
  }

  private static Stream<String> packages(Object oneOrMany) {
    return oneOrMany instanceof String[] many ? Arrays.stream(many) : Stream.of((String) oneOrMany);
  }
}

package dev.evenkeel.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the job's jar for a Flink cluster carries and what it leaves to the cluster. */
class ShadedJarITCase {
  private static JarFile jar;
  private static List<String> entries;

  @BeforeAll
  static void open() throws Exception {
    jar = new JarFile(Path.of(System.getProperty("evenkeel.job-jar")).toFile());
    entries = jar.stream().map(entry -> entry.getName()).toList();
  }

  @AfterAll
  static void close() throws Exception {
    if (jar != null) {
      jar.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ai/onnxruntime/OrtEnvironment.class",
        "ai/onnxruntime/native/linux-x64/libonnxruntime.so",
        "dev/evenkeel/adapters/tta/AdaptationProgram.class",
        "dev/evenkeel/jobs/cli/Main.class",
        "dev/evenkeel/v1/Sample.class",
        "org/apache/flink/connector/kafka/source/KafkaSource.class",
        "org/apache/kafka/clients/consumer/KafkaConsumer.class"
      })
  void carriesWhatTheJobNeeds(String entry) {
    assertThat(entries).contains(entry);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka/server/",
        "org/apache/flink/api/",
        "org/apache/flink/core/",
        "org/apache/flink/runtime/",
        "org/apache/flink/streaming/api/",
        "org/apache/logging/",
        "org/openjdk/jmh/",
        "org/rocksdb/",
        "org/slf4j/",
        "scala/"
      })
  void leavesOutWhatTheClusterBringsOrNobodyNeeds(String prefix) {
    assertThat(entries).noneMatch(entry -> entry.startsWith(prefix) && entry.endsWith(".class"));
  }

  @Test
  void leavesOutDebugSymbols() {
    assertThat(entries).noneMatch(entry -> entry.contains(".dSYM/"));
  }

  @Test
  void keepsTheNoticeOfTheBundledData() throws Exception {
    try (InputStream notice = jar.getInputStream(jar.getEntry("META-INF/evenkeel/NOTICE"))) {
      assertThat(new String(notice.readAllBytes(), UTF_8)).contains("Zalando SE");
    }
    assertThat(entries).contains("META-INF/evenkeel/LICENSE");
  }

  @Test
  void startsWithTheCommandLine() throws Exception {
    assertThat(jar.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS))
        .isEqualTo("dev.evenkeel.jobs.cli.Main");
  }
}

package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.adapters.tta.RecipeException;
import dev.evenkeel.jobs.demo.Demo;
import dev.evenkeel.jobs.demo.DemoException;
import dev.evenkeel.jobs.demo.DemoOptions;
import dev.evenkeel.jobs.demo.Progress;
import dev.evenkeel.jobs.demo.data.Corruption;
import dev.evenkeel.jobs.demo.data.DriftPhase;
import dev.evenkeel.jobs.demo.result.DemoResult;
import dev.evenkeel.jobs.demo.result.RecipeResult;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo on a short stream: its own broker, Flink, producer and consumer. */
@Timeout(300)
class DemoITCase {
  private static final List<DriftPhase> SHORT =
      List.of(DriftPhase.clean("clean", 320), DriftPhase.of(Corruption.FOG, 640));

  @TempDir Path directory;
  private final StringWriter output = new StringWriter();

  @Test
  void answersEverySampleAndWritesTheReport() throws Exception {
    DemoResult result = demo("ema-bn").run();
    assertThat(result.samples()).isEqualTo(960);
    assertThat(result.recipes())
        .extracting(RecipeResult::recipe)
        .containsExactly("ema-bn", "unmix-tns");
    assertThat(result.phases().get(0).sourceErrorRate()).isBetween(0.0, 0.2);
    assertThat(result.phases().get(1).sourceErrorRate()).isBetween(0.35, 0.75);
    assertThat(result.phases().get(1).errorRate())
        .isLessThan(result.phases().get(1).sourceErrorRate());
    assertThat(Files.readString(directory.resolve("out/report.html"))).contains("unmix-tns");
    assertThat(output.toString()).contains("Flink, ema-bn", "/metrics", "fog");
  }

  @Test
  void endsWhenStopped() {
    Demo demo = demo("ema-bn");
    demo.stop();
    assertThatThrownBy(demo::run)
        .isInstanceOf(DemoException.class)
        .hasMessage("Stopped before the end of the stream");
    assertThat(directory.resolve("out/report.html")).doesNotExist();
  }

  @Test
  void refusesAnUnknownRecipeBeforeStartingAnything() {
    assertThatThrownBy(() -> demo("emma-bn").run()).isInstanceOf(RecipeException.class);
    assertThat(output.toString()).isEmpty();
  }

  private Demo demo(String recipe) {
    return new Demo(
        new DemoOptions(recipe, 2, SHORT, 1, directory.resolve("out/report.html")),
        new Progress(new PrintWriter(output), false),
        Clock.systemUTC());
  }
}

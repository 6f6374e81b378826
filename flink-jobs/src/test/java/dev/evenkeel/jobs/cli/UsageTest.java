package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "backtest",
        "broker",
        "consume",
        "doctor",
        "model",
        "model inspect",
        "produce"
      })
  void everyCommandHasHelp(String command) {
    CommandRun run = CommandRun.of((Object[]) (command + " --help").strip().split(" ", -1));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Usage: evenkeel").contains("--help");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void suggestsTheCommandThatWasMeant() {
    CommandRun run = CommandRun.of("bactest");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("'bactest'").contains("did you mean backtest").hasLineCount(1);
  }

  @Test
  void suggestsTheOptionThatWasMeantEvenIfOthersAreMissing() {
    CommandRun run = CommandRun.of("backtest", "--modell", "m.onnx");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--modell").contains("did you mean --model").hasLineCount(1);
  }

  @Test
  void namesWhatIsMissing() {
    CommandRun run = CommandRun.of("model", "inspect");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--model").contains("--help").hasLineCount(1);
  }

  @Test
  void namesAFileThatDoesNotExist() {
    Path file = directory.resolve("absent.onnx");
    CommandRun run = CommandRun.of("model", "inspect", "--model", file);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(file.toString()).contains("does not exist").hasLineCount(1);
  }

  @Test
  void saysThatNoBrokerAnswersAndHowToStartOne() {
    CommandRun run =
        CommandRun.of(
            "consume", "--bootstrap-servers", "127.0.0.1:1", "--topic", "t", "--type", "drift");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("127.0.0.1:1").contains("evenkeel broker").hasLineCount(1);
  }

  @Test
  void refusesATypeOfMessageThatDoesNotExist() {
    CommandRun run =
        CommandRun.of(
            "consume", "--bootstrap-servers", "127.0.0.1:1", "--topic", "t", "--type", "letters");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("letters").contains("dead-letter").hasLineCount(1);
  }

  @Test
  void printsTheStackTraceOnlyWhenAsked() {
    Path file = directory.resolve("absent.onnx");
    CommandRun run = CommandRun.of("--debug", "model", "inspect", "--model", file);
    assertThat(run.err()).contains("\tat dev.evenkeel");
  }
}

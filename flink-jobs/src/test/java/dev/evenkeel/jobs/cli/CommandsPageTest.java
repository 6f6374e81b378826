package dev.evenkeel.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The reference of commands is what they say of themselves. */
class CommandsPageTest {
  private static final Path ROOT = Path.of("..");
  private static final Path PAGE = ROOT.resolve("docs/commands.md");
  private static final int WIDTH = 110;

  private static final String INTRODUCTION =
      """
      # Commands

      Made from what `--help` says; do not edit by hand. Exit codes: 0 done, 1 the work failed, 2 wrong usage or configuration. Results go to
      standard output, everything else to standard error; `--json` makes them JSON where there is a result.
      """;

  @Test
  void pageInTheRepositoryIsTheGeneratedOne() throws IOException {
    if (Boolean.getBoolean("evenkeel.docs.update")) {
      Files.writeString(PAGE, page());
    }
    assertThat(Files.readString(PAGE))
        .as("docs/commands.md; run this test with -Devenkeel.docs.update=true to renew it")
        .isEqualTo(page());
  }

  /** A command that is not in the overview is as good as not there. */
  @Test
  void theReadmeNamesEveryCommand() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    String overview = readme.substring(readme.indexOf("## Commands"));
    CommandLine main = Main.commandLine();
    for (String name : main.getSubcommands().keySet()) {
      if (!name.equals("help")) {
        assertThat(overview).contains("`" + name);
      }
    }
    for (String name : main.getSubcommands().get("model").getSubcommands().keySet()) {
      assertThat(overview).containsPattern("[|` ]" + name + "[|`]");
    }
  }

  private static String page() {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    append(Main.commandLine(), page);
    return page.toString();
  }

  private static void append(CommandLine command, StringBuilder page) {
    command.getCommandSpec().usageMessage().autoWidth(false);
    command.getCommandSpec().usageMessage().width(WIDTH);
    page.append("\n## ")
        .append(command.getCommandSpec().qualifiedName())
        .append("\n\n```\n")
        .append(command.getUsageMessage(Ansi.OFF).stripTrailing())
        .append("\n```\n");
    command
        .getSubcommands()
        .forEach(
            (name, inner) -> {
              if (!name.equals("help")) {
                append(inner, page);
              }
            });
  }
}

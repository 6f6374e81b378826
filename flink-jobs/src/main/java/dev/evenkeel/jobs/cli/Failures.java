package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.tta.RecipeException;
import dev.evenkeel.jobs.config.ConfigException;
import dev.evenkeel.jobs.redaction.Redaction;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns exceptions into one line each on standard error, without secrets, and an exit code. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final BooleanSupplier debug;

  Failures(BooleanSupplier debug) {
    this.debug = debug;
  }

  @Override
  public int handleParseException(ParameterException exception, String[] arguments) {
    CommandLine command = exception.getCommandLine();
    ParameterException shown = exception;
    if (exception instanceof MissingParameterException
        && !command.getUnmatchedArguments().isEmpty()) {
      // A misspelt option is also missing: the misspelling is the cause.
      shown = new UnmatchedArgumentException(command, command.getUnmatchedArguments());
    }
    String line =
        shown.getMessage()
            + suggestion(shown)
            + " (see '"
            + command.getCommandSpec().qualifiedName()
            + " --help')";
    print(command, List.of(line), exception);
    return ExitCode.USAGE;
  }

  private static String suggestion(ParameterException exception) {
    return exception instanceof UnmatchedArgumentException unmatched
            && !unmatched.getSuggestions().isEmpty()
        ? "; did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?"
        : "";
  }

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine command, ParseResult parsed) {
    if (exception instanceof RecipeException recipe) {
      print(command, recipe.problems(), exception);
      return ExitCode.USAGE;
    }
    if (exception instanceof ConfigException config) {
      print(command, config.problems(), exception);
      return ExitCode.USAGE;
    }
    Optional<String> missing = missingFile(exception);
    if (missing.isPresent()) {
      String line = "File " + missing.get() + " does not exist, expected a readable file; check it";
      print(command, List.of(line), exception);
      return ExitCode.USAGE;
    }
    print(command, List.of(message(exception)), exception);
    return ExitCode.SOFTWARE;
  }

  private static Optional<String> missingFile(Throwable exception) {
    for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
      if (cause instanceof NoSuchFileException noSuchFile) {
        return Optional.of(noSuchFile.getFile());
      }
    }
    return Optional.empty();
  }

  private void print(CommandLine command, List<String> problems, Exception exception) {
    problems.forEach(
        problem -> command.getErr().println("evenkeel: " + Redaction.text(oneLine(problem))));
    if (debug.getAsBoolean()) {
      StringWriter trace = new StringWriter();
      exception.printStackTrace(new PrintWriter(trace));
      command.getErr().print(Redaction.text(trace.toString()));
    }
    command.getErr().flush();
  }

  /** The first message written for people down the chain of causes, else the deepest one. */
  private static String message(Throwable exception) {
    String deepest = name(exception) + "; run again with --debug for the stack trace";
    for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
        if (isOurs(cause)) {
          return cause.getMessage();
        }
        deepest = name(cause) + ": " + cause.getMessage();
      }
    }
    return deepest;
  }

  private static boolean isOurs(Throwable cause) {
    return cause instanceof CommandFailure
        || cause instanceof IOException
        || cause instanceof IllegalArgumentException
        || cause.getClass().getName().startsWith("dev.evenkeel.");
  }

  /** The first line of a problem's message, its type where it has none. */
  static String firstLine(Throwable problem) {
    String message = problem.getMessage() == null ? problem.toString() : problem.getMessage();
    return message.lines().findFirst().orElse(problem.toString());
  }

  private static String name(Throwable cause) {
    return cause.getClass().getSimpleName();
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}

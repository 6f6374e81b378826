package dev.evenkeel.jobs.cli;

import picocli.CommandLine.Command;

/** What concerns models. */
@Command(
    name = "model",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ModelFisherCommand.class,
      ModelImportCommand.class,
      ModelInspectCommand.class,
      ModelListCommand.class,
      ModelPrepareCommand.class,
      ModelProfileCommand.class,
      ModelTrainLabelShiftAdapterCommand.class
    },
    description = "Looks into models and keeps them in a store.")
final class ModelCommand {}

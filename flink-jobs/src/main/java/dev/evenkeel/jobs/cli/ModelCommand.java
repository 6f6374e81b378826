package dev.evenkeel.jobs.cli;

import picocli.CommandLine.Command;

/** What concerns models. */
@Command(
    name = "model",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ModelDiffCommand.class,
      ModelExportCommand.class,
      ModelFisherCommand.class,
      ModelImportCommand.class,
      ModelInspectCommand.class,
      ModelListCommand.class,
      ModelPrepareCommand.class,
      ModelProfileCommand.class,
      ModelPruneCommand.class,
      ModelShowCommand.class,
      ModelTrainLabelShiftAdapterCommand.class
    },
    description = "Looks into models and snapshots, and keeps them in a store.")
final class ModelCommand {}

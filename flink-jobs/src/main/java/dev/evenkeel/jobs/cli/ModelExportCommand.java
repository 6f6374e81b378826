package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.runtime.ort.BakedModelCheck;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.export.BakedModel;
import dev.evenkeel.jobs.replay.Recording;
import dev.evenkeel.store.SnapshotManifest;
import dev.evenkeel.store.SnapshotStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes a snapshot as a plain ONNX file. */
@Command(
    name = "export",
    sortOptions = false,
    description =
        "Writes a snapshot as a plain ONNX file that any runtime serves, and compares it with the"
            + " adapted model on the spot.")
final class ModelExportCommand implements Callable<Integer> {
  private static final double TOLERANCE = 1e-5;
  private static final int SAMPLES = 64;

  @Spec private CommandSpec spec;
  @Mixin private StoreOption store;
  @Mixin private SnapshotOption snapshot;

  @Option(names = "--out", paramLabel = "M.onnx", required = true, description = "Written there.")
  private Path out;

  @Option(
      names = "--model",
      paramLabel = "M.onnx",
      description = "The source model, if it is not in the store.")
  private Path model;

  @Option(
      names = "--inputs",
      paramLabel = "X.npy",
      arity = "1..*",
      description = "Samples to compare on, the first 64. Default: random ones.")
  private List<Path> inputs = List.of();

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    SnapshotStore snapshots = new SnapshotStore(store.open());
    StoredSnapshot read = snapshot.read(snapshots);
    SourceModel source = read.source(snapshots, Optional.ofNullable(model));
    AdaptationProgram program = read.program(source);
    BakedModel baked = BakedModel.of(program, read.state());
    byte[] file = OnnxWriter.toBytes(described(baked.model(), read.manifest()));
    double deviation =
        BakedModelCheck.deviation(
            program,
            read.state(),
            OnnxReader.read(file, out.toString()),
            samples(source, Math.max(SAMPLES, program.recipe().minimalBatch())));
    if (!(deviation <= TOLERANCE)) {
      throw new CommandFailure(
          "The file would answer otherwise than the adapted model: a logit differs by "
              + deviation
              + " of the largest, expected at most "
              + TOLERANCE
              + "; nothing is written, please report this with the model");
    }
    Files.write(out, file);
    report(baked, read.manifest(), file.length, deviation);
    return 0;
  }

  private static Model described(Model model, SnapshotManifest manifest) {
    return model
        .withMetadata("evenkeel.snapshot", manifest.snapshot().toString())
        .withMetadata("evenkeel.source-model", manifest.modelDigest().toString())
        .withMetadata("evenkeel.recipe", manifest.recipe())
        .withMetadata("evenkeel.of", manifest.key().label())
        .withMetadata("evenkeel.adaptation-step", Long.toString(manifest.adaptationStep()));
  }

  private Consumer<SampleBatch> samples(SourceModel source, int count) throws IOException {
    if (inputs.isEmpty()) {
      return batch -> random(source, batch, count);
    }
    Recording recording = Recording.read(inputs, List.of(), Optional.empty());
    recording.requireFit(source.sampleShape());
    recording.requireFinite();
    if (recording.size() < count && recording.size() < SAMPLES) {
      throw new ParameterException(
          spec.commandLine(),
          "--inputs hold " + recording.size() + " samples, expected at least " + SAMPLES);
    }
    return batch -> recording.fill(batch, 0, Math.min(count, recording.size()));
  }

  /** The same samples at each call. */
  private static void random(SourceModel source, SampleBatch batch, int count) {
    Random random = new Random(0);
    int size = Math.toIntExact(source.sampleShape().size());
    for (int i = 0; i < count; i++) {
      byte[] pixels = new byte[size];
      random.nextBytes(pixels);
      batch.addUint8(ByteBuffer.wrap(pixels).order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  private void report(BakedModel baked, SnapshotManifest manifest, int bytes, double deviation) {
    String note = note(baked);
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("snapshot", manifest.snapshot().toString());
      fields.put("of", manifest.key().label());
      fields.put("adaptation_step", manifest.adaptationStep());
      fields.put("out", out.toString());
      fields.put("size_bytes", bytes);
      fields.put("statistics", baked.statistics().name().toLowerCase(Locale.ROOT));
      fields.put("corrected", baked.corrected());
      fields.put("largest_deviation", deviation);
      fields.put("note", note);
      spec.commandLine().getOut().println(Json.line(fields));
      return;
    }
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "Wrote the state of %s after %d steps to %s, %d bytes; largest deviation from the"
                + " adapted model %.1e of the largest logit.%n%s%n",
            manifest.key().label(),
            manifest.adaptationStep(),
            out,
            bytes,
            deviation,
            note);
  }

  private static String note(BakedModel baked) {
    String statistics =
        switch (baked.statistics()) {
          case CONSTANT ->
              "It is the source model with other constants in its normalisation layers.";
          case BATCH ->
              "Its normalisation takes statistics from the batch, as the recipe does: answers depend"
                  + " on the samples of a call, and small or one-sided batches are answered badly.";
          case SAMPLE ->
              "Its normalisation computes statistics for each sample from the frozen state, so the"
                  + " file carries the adaptation graph; it learns no more.";
        };
    return baked.corrected()
        ? statistics + " The correction for the label distribution is part of its head."
        : statistics;
  }
}

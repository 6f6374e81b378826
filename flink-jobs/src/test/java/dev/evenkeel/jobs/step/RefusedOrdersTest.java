package dev.evenkeel.jobs.step;

import static dev.evenkeel.jobs.testing.Commands.toAll;
import static dev.evenkeel.jobs.testing.Commands.toStream;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.testing.FashionVariants;
import dev.evenkeel.adapters.testing.Uint8Model;
import dev.evenkeel.adapters.tta.StateDictSerializer;
import dev.evenkeel.jobs.control.Order;
import dev.evenkeel.jobs.store.StoreLocation;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.store.Digest;
import dev.evenkeel.store.SnapshotManifest;
import dev.evenkeel.store.SnapshotStore;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.Setting;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What cannot serve is refused with one line before any stream hears of it, and the next command is
 * looked at as if nothing had been.
 */
class RefusedOrdersTest {
  private static final ProgramFactory PROGRAM =
      FashionSamples.program("ema-bn", Map.of("normalization.min-batch", "1"));
  private static final byte[] GOOD = OnnxWriter.toBytes(FashionVariants.biased(0.3f));

  @TempDir private Path folder;
  private StoreLocation store;
  private OrderDesk desk;

  @BeforeEach
  void openDesk() throws Exception {
    store = new StoreLocation(folder.resolve("store").toString());
    OrderDesk.put(store, "good", GOOD);
    desk = new OrderDesk(PROGRAM, store, null);
  }

  @AfterEach
  void aGoodModelStillServes() throws Exception {
    assertThat(desk.take(swap("good"))).hasSize(1);
    assertThat(desk.lastEvent().getStatus()).isEqualTo(AuditStatus.APPLIED);
    desk.close();
    assertThat(SharedRuntimes.open()).isZero();
  }

  @Test
  void truncatedModel() throws Exception {
    OrderDesk.put(store, "cut", Arrays.copyOf(GOOD, GOOD.length / 2));
    assertThat(refusal(swap("cut"))).contains("model cut@1");
  }

  @Test
  void flippedBitInTheStore() throws Exception {
    String digest = OrderDesk.put(store, "flipped", OnnxWriter.toBytes(FashionVariants.biased(1)));
    Path blob = blob(digest);
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length / 2] ^= 4;
    blob.toFile().setWritable(true);
    Files.write(blob, bytes);
    assertThat(refusal(swap("flipped"))).contains(digest);
  }

  @Test
  void unknownDigestAndUnknownName() throws Exception {
    assertThat(refusal(swap("sha256:" + "0".repeat(64)))).contains("no model has the digest");
    assertThat(refusal(swap("goood"))).contains("no model 'goood'").contains("good");
    assertThat(refusal(swap("good@7"))).contains("good@1");
    assertThat(refusal(swap("../etc"))).contains("../etc");
  }

  @Test
  void modelsThatDoNotFit() throws Exception {
    OrderDesk.put(store, "nine", OnnxWriter.toBytes(FashionVariants.ofNineClasses()));
    assertThat(refusal(swap("nine"))).contains("has 9 classes, expected 10");
    OrderDesk.put(store, "pixels", OnnxWriter.toBytes(Uint8Model.of(FashionKit.resnet())));
    assertThat(refusal(swap("pixels"))).contains("takes samples").contains("expected");
    OrderDesk.put(store, "odd", OnnxWriter.toBytes(FashionVariants.withUnknownOperator()));
    assertThat(refusal(swap("odd"))).contains("Frobnicate");
    OrderDesk.put(store, "vit", OnnxWriter.toBytes(FashionKit.model("fashion-tiny-vit")));
    assertThat(refusal(swap("vit"))).containsIgnoringCase("normali");
  }

  @Test
  void modelWhoseWeightsLieInAnotherFile() throws Exception {
    ModelProto.Builder model = ModelProto.parseFrom(GOOD).toBuilder();
    model
        .getGraphBuilder()
        .getInitializerBuilder(0)
        .clearRawData()
        .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    OrderDesk.put(store, "elsewhere", model.build().toByteArray());
    assertThat(refusal(swap("elsewhere"))).contains("another file");
  }

  @Test
  void whatIsNoModel() throws Exception {
    OrderDesk.put(store, "text", "not a model".getBytes(StandardCharsets.UTF_8));
    assertThat(refusal(swap("text"))).contains("text@1");
    OrderDesk.put(store, "empty", new byte[0]);
    assertThat(refusal(swap("empty"))).contains("empty@1");
  }

  @Test
  void settingsThatAreNone() throws Exception {
    assertThat(refusal(set("normalization.momentun", "0.5"))).contains("normalization.momentum");
    assertThat(refusal(set("normalization.momentum", "7"))).contains("normalization.momentum");
  }

  @Test
  void storeOutOfReachIsTriedAgain() throws Exception {
    Path place = folder.resolve("store");
    Path aside = folder.resolve("aside");
    Files.move(place, aside);
    Files.writeString(place, "in the way");
    desk.hand(swap("good"));
    // A checkpoint meanwhile holds the command.
    OperatorSubtaskState checkpoint = desk.checkpoint();
    Files.delete(place);
    Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE);
    assertThat(desk.next()).hasSize(1);
    try (OrderDesk restored = new OrderDesk(PROGRAM, store, checkpoint)) {
      assertThat(restored.next()).as("checked again after a recovery").hasSize(1);
    }
  }

  @Test
  void withoutAStoreEverythingThatNeedsOneIsRefused() throws Exception {
    try (OrderDesk bare = new OrderDesk(PROGRAM, null, null)) {
      assertThat(bare.take(swap("good"))).isEmpty();
      assertThat(bare.lastEvent().getReason()).contains("control.store");
      assertThat(bare.take(set("normalization.momentum", "0.5"))).hasSize(1);
    }
  }

  @Test
  void snapshotsThatAreNotThereOrDamaged() throws Exception {
    ControlCommand command = toStream("r", ControlAction.ROLL_BACK, "a");
    assertThat(refusal(command)).contains("no snapshot of 'a'");
    byte[] state = StateDictSerializer.toBytes(PROGRAM.compile().initialState());
    publish("a", state, 0.0, 1);
    publish(
        "a", StateDictSerializer.toBytes(PROGRAM.compile().initialState().without("x")), 0.5, 2);
    ControlCommand again = toStream("s", ControlAction.ROLL_BACK, "a");
    List<Order> orders = desk.take(again);
    assertThat(orders).hasSize(1);
    assertThat(orders.get(0).snapshot().orElseThrow().state()).isEqualTo(state);
    Path blob = blob(Digest.of(state).toString());
    blob.toFile().setWritable(true);
    Files.write(blob, Arrays.copyOf(state, state.length / 3));
    assertThat(refusal(toStream("t", ControlAction.ROLL_BACK, "a")))
        .contains(Digest.of(state).toString());
  }

  private void publish(String stream, byte[] state, double fallenBack, long at) throws Exception {
    new SnapshotStore(store.open())
        .publish(
            new SnapshotManifest(
                SnapshotManifest.FORMAT,
                Digest.of(state),
                state.length,
                null,
                Digest.parse(PROGRAM.modelVersion()),
                PROGRAM.recipe(),
                new TreeMap<>(PROGRAM.settings()),
                PROGRAM.seed(),
                PROGRAM.compile().fingerprint(),
                "job",
                stream,
                null,
                at,
                at,
                Map.of("fallen-back-ratio", fallenBack),
                Instant.ofEpochMilli(at)),
            state);
  }

  private Path blob(String digest) throws Exception {
    String hex = digest.substring(digest.indexOf(':') + 1);
    try (Stream<Path> files = Files.walk(folder.resolve("store"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().replace("/", "").contains(hex))
          .findFirst()
          .orElseThrow();
    }
  }

  private String refusal(ControlCommand command) throws Exception {
    assertThat(desk.take(command)).isEmpty();
    AuditEvent event = desk.lastEvent();
    assertThat(event.getStatus()).isEqualTo(AuditStatus.REFUSED);
    assertThat(event.getCommandId()).isEqualTo(command.getCommandId());
    assertThat(event.getReason()).doesNotContain("\n");
    return event.getReason();
  }

  private static ControlCommand swap(String reference) {
    ControlCommand command = toAll("swap " + reference, ControlAction.SWAP);
    command.setReference(reference);
    return command;
  }

  private static ControlCommand set(String key, String value) {
    ControlCommand command = toAll("set " + key + " " + value, ControlAction.SET);
    command.setSettings(List.of(new Setting(key, value)));
    return command;
  }
}

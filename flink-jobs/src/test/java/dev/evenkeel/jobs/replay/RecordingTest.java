package dev.evenkeel.jobs.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {
  @TempDir private Path directory;
  private Path bytes;
  private Path floats;

  @BeforeEach
  void writeTwoFiles() throws IOException {
    bytes =
        write("bytes.npy", Tensor.ofBytes(Shape.of(3, 1, 2), new byte[] {0, 1, 10, 11, 20, -1}));
    floats = write("floats.npy", Tensor.ofFloats(Shape.of(1, 1, 2), 30.5f, 31.5f));
  }

  @Test
  void walksAllFilesInTheGivenOrderEachWithItsType() throws IOException {
    Path order = write("order.npy", Tensor.ofLongs(Shape.of(4), 3, 2, 0, 3));
    Path labels = write("labels.npy", Tensor.ofInts(Shape.of(4), 7, 8, 9, -1));
    Recording recording =
        Recording.read(List.of(bytes, floats), List.of(labels), Optional.of(order));
    assertThat(recording.size()).isEqualTo(4);
    assertThat(recording.sampleShape()).isEqualTo(Shape.of(1, 2));
    assertThat(recording.type(0)).isEqualTo(ElementType.FLOAT32);
    assertThat(recording.sample(0).asFloatBuffer().get(1)).isEqualTo(31.5f);
    assertThat(recording.type(1)).isEqualTo(ElementType.UINT8);
    assertThat(recording.sample(1).get(0)).isEqualTo((byte) 20);
    assertThat(recording.sample(1).get(1)).isEqualTo((byte) -1);
    assertThat(recording.sample(2).get(1)).isEqualTo((byte) 1);
    assertThat(
            List.of(recording.label(0), recording.label(1), recording.label(2), recording.label(3)))
        .containsExactly(-1, 9, 7, -1);
  }

  @Test
  void fitsModelsThatDifferInAxesOfSizeOneOnly() throws IOException {
    Recording recording = Recording.read(List.of(bytes), List.of(), Optional.empty());
    assertThat(recording.fits(Shape.of(1, 2))).isTrue();
    assertThat(recording.fits(Shape.of(1, 1, 2))).isTrue();
    assertThat(recording.fits(Shape.of(1, 2, 1))).isTrue();
    assertThat(recording.fits(Shape.of(2, 1, 2))).isFalse();
    assertThat(recording.fits(Shape.of(4))).isFalse();
  }

  /** Two axes need not be height and width: 2 channels of 3 values are no image of one channel. */
  @Test
  void leavesTheShapeOfSamplesAsItIs() throws IOException {
    Path signals = write("signals.npy", Tensor.ofFloats(Shape.of(1, 2, 3), new float[6]));
    Recording recording = Recording.read(List.of(signals), List.of(), Optional.empty());
    assertThat(recording.sampleShape()).isEqualTo(Shape.of(2, 3));
  }

  @Test
  void concatenatesFilesWithAndWithoutTheChannelAxis() throws IOException {
    Path withChannel = write("channel.npy", Tensor.ofBytes(Shape.of(1, 1, 1, 2), new byte[2]));
    Recording recording = Recording.read(List.of(bytes, withChannel), List.of(), Optional.empty());
    assertThat(recording.size()).isEqualTo(4);
  }

  @Test
  void refusesAnOrderThatNamesARowOutsideTheInputs() throws IOException {
    Path order = write("order.npy", Tensor.ofLongs(Shape.of(2), 0, 4));
    refuses(List.of(bytes, floats), List.of(), Optional.of(order), "order.npy holds 4 in row 1");
  }

  @Test
  void refusesAnotherNumberOfLabelsThanSamples() throws IOException {
    Path labels = write("labels.npy", Tensor.ofInts(Shape.of(2), 0, 1));
    refuses(List.of(bytes), List.of(labels), Optional.empty(), "2 labels");
  }

  @Test
  void refusesFilesWhoseSamplesDiffer() throws IOException {
    Path wide = write("wide.npy", Tensor.ofBytes(Shape.of(1, 1, 3), new byte[3]));
    refuses(List.of(bytes, wide), List.of(), Optional.empty(), "wide.npy has samples of shape");
  }

  @Test
  void refusesOtherTypes() throws IOException {
    Path doubles = write("doubles.npy", Tensor.ofDoubles(Shape.of(1, 2), 1, 2));
    refuses(List.of(doubles), List.of(), Optional.empty(), "expected UINT8 or FLOAT32");
  }

  @Test
  void namesTheFirstLabelThatIsNoClass() throws IOException {
    Path labels = write("labels.npy", Tensor.ofInts(Shape.of(3), 0, -1, 10));
    Recording recording = Recording.read(List.of(bytes), List.of(labels), Optional.empty());
    assertThatThrownBy(() -> recording.requireLabelsBelow(10))
        .isInstanceOf(RecordingException.class)
        .hasMessageContaining("row 2")
        .hasMessageContaining("is 10");
  }

  private static void refuses(
      List<Path> inputs, List<Path> labels, Optional<Path> order, String message) {
    assertThatThrownBy(() -> Recording.read(inputs, labels, order))
        .isInstanceOf(RecordingException.class)
        .hasMessageContaining(message);
  }

  private Path write(String name, Tensor tensor) throws IOException {
    Path file = directory.resolve(name);
    Npy.write(file, tensor);
    return file;
  }
}

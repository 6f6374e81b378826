package dev.evenkeel.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateDictSerializer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.SavepointReader;
import org.apache.flink.state.api.functions.KeyedStateReaderFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;

/** What each stream had learned when a savepoint was taken. */
final class SavepointStates {
  private static final double TOLERANCE = 1e-5;

  /** What every stored state dict begins with. */
  static final String MARK = "EKSD";

  private static final int MAX_STREAMS = 100_000;

  private SavepointStates() {}

  /** The state of each stream, read with Flink's state processor. */
  static SortedMap<String, StateDict> read(Path savepoint) throws Exception {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(1);
    SortedMap<String, StateDict> states = new TreeMap<>();
    SavepointReader.read(environment, savepoint.toUri().toString(), new HashMapStateBackend())
        .readKeyedState(
            OperatorIdentifier.forUid("adapt"),
            new Adaptation(),
            Types.STRING,
            Types.TUPLE(Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO))
        .executeAndCollect(MAX_STREAMS)
        .forEach(entry -> states.put(entry.f0, stateDict(entry.f1)));
    return states;
  }

  /** Its beginning is found by its mark, whatever the operator puts before it. */
  private static StateDict stateDict(byte[] bytes) {
    int start = new String(bytes, ISO_8859_1).indexOf(MARK);
    return StateDictSerializer.fromBytes(Arrays.copyOfRange(bytes, start, bytes.length));
  }

  /** Reads the operator's value state {@code adaptation}. */
  private static final class Adaptation
      extends KeyedStateReaderFunction<String, Tuple2<String, byte[]>> {
    private static final long serialVersionUID = 1;

    private transient ValueState<byte[]> state;

    @Override
    public void open(OpenContext context) {
      state =
          getRuntimeContext()
              .getState(
                  new ValueStateDescriptor<>(
                      "adaptation", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    }

    @Override
    public void readKey(String key, Context context, Collector<Tuple2<String, byte[]>> out)
        throws Exception {
      byte[] bytes = state.value();
      if (bytes != null) {
        out.collect(Tuple2.of(key, bytes));
      }
    }
  }

  /** Same streams, same entries, same numbers up to 1e-5 relative to the larger of them and 1. */
  static void assertEqual(
      SortedMap<String, StateDict> actual, SortedMap<String, StateDict> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet()).isNotEmpty();
    expected.forEach(
        (stream, state) -> {
          assertThat(actual.get(stream).entries().keySet())
              .as(stream)
              .isEqualTo(state.entries().keySet())
              .isNotEmpty();
          state
              .entries()
              .forEach(
                  (name, tensor) ->
                      assertEqual(stream + ", " + name, actual.get(stream).get(name), tensor));
        });
  }

  private static void assertEqual(String what, Tensor actual, Tensor expected) {
    assertThat(actual.type()).as(what).isEqualTo(expected.type());
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    if (numbers(expected).isEmpty()) {
      assertThat(actual).as(what).isEqualTo(expected);
      return;
    }
    double[] found = numbers(actual).orElseThrow();
    double[] wanted = numbers(expected).orElseThrow();
    for (int i = 0; i < wanted.length; i++) {
      assertThat(found[i])
          .as("%s, element %d", what, i)
          .isCloseTo(wanted[i], within(TOLERANCE * Math.max(1, Math.abs(wanted[i]))));
    }
  }

  /** Empty for what is not a floating-point type. */
  private static Optional<double[]> numbers(Tensor tensor) {
    if (tensor.type() == ElementType.FLOAT64) {
      return Optional.of(tensor.toDoubles());
    }
    if (tensor.type() != ElementType.FLOAT32) {
      return Optional.empty();
    }
    float[] floats = tensor.toFloats();
    return Optional.of(IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray());
  }
}

package dev.evenkeel.adapters.runtime.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.testing.TestRuntime;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Recipe;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("cuda")
class StateTransferTest {
  @Test
  void stateComesBackAsItWent() {
    AdaptationProgram program = program("unmix-tns");
    try (StateTransfer transfer = StateTransfer.open(program, TestRuntime.options())) {
      transfer.before().pack(program.initialState());
      assertThat(transfer.after().unpack()).isNotEqualTo(transfer.before().unpack());
      transfer.run();
      assertThat(transfer.after().unpack()).isEqualTo(transfer.before().unpack());
      assertThat(transfer.byteSize()).isPositive();
    }
  }

  @Test
  void withoutStateThereIsNothingToTransfer() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StateTransfer.open(program("source"), TestRuntime.options()))
        .withMessageContaining("source");
  }

  private static AdaptationProgram program(String recipe) {
    return AdaptationProgram.compile(FashionKit.source(), Recipe.parse(recipe, Map.of()), 1);
  }
}

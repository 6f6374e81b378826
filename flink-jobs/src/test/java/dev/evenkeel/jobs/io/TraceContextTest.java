package dev.evenkeel.jobs.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00-" + TRACE + "-b7ad6b7169203331-01",
        "cc-" + TRACE + "-b7ad6b7169203331-01-what-a-later-version-adds"
      })
  void tellsTheTrace(String parent) {
    assertThat(new TraceContext(parent, null).id()).isEqualTo(TRACE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        TRACE,
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "ff-" + TRACE + "-b7ad6b7169203331-01",
        "00-" + TRACE + "-b7ad6b7169203331"
      })
  void whatIsNotWrittenAsItShouldBeIsOfNoTrace(String parent) {
    assertThat(new TraceContext(parent, null).id()).isNull();
  }

  @Test
  void noneIsOfNoTrace() {
    assertThat(TraceContext.NONE.id()).isNull();
  }
}

package dev.evenkeel.jobs.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "http://user:pw@host:8081/x | http://***@host:8081/x",
        "HTTPS://token@host | HTTPS://***@host",
        "http://user:p@w@host | http://***@host",
        "http://user:p/w@host | http://***@host",
        "http://user:p w'\"@host | http://***@host",
        "http://user:p,w@host/,https://u:q@other/ | http://***@host/,https://***@other/",
        "file:///data/, https://u:q@other/ | file:///data/, https://***@other/",
        "user:pw@host:9092 | ***@host:9092",
        "http:/user:pw@host | ***@host",
        "https://host/x?X-Signature=abc | https://host/x?***",
        "https://u:p?w@host/x?y | https://***@host/x?***"
      })
  void valuesShowNeitherUserNorQuery(String value, String shown) {
    assertThat(Redaction.value(value)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "many",
        "localhost:9092,other:9092",
        "http://localhost:8081",
        "file:///data/build@2/payloads/",
        "s3://bucket/checkpoints"
      })
  void otherValuesStayAsTheyAre(String value) {
    assertThat(Redaction.value(value)).isEqualTo(value);
    assertThat(Redaction.text(value)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "x is 'http://u:pw@h/', expected y | x is 'http://***@h/', expected y",
        "at http://u:pw@h/a and s3://k:s@b | at http://***@h/a and s3://***@b",
        "see http://h/?token=1 (again) | see http://h/?*** (again)",
        "Unknown: 'ssl.key.password=hunter 2' (see --help) | Unknown: 'ssl.key.password=***' (see --help)",
        "x.jaas: clientSecret=\"a\" y=\"b\" | x.jaas: clientSecret=***",
      })
  void textsShowNoSecret(String text, String shown) {
    assertThat(Redaction.text(text)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "write ssl.key.password=${PASSWORD}",
        "password=\"${PASSWORD}\" is one",
        "did you mean http://h/?",
        "the file /home/me@work/a.yaml"
      })
  void otherTextsStayAsTheyAre(String text) {
    assertThat(Redaction.text(text)).isEqualTo(text);
  }

  @Test
  void onlyAUserWithAPasswordIsAPassword() {
    assertThat(Redaction.hasPassword("s3://key:secret@bucket/x")).isTrue();
    assertThat(Redaction.hasPassword("abfss://container@account/x")).isFalse();
    assertThat(Redaction.hasPassword("s3://bucket/run:1@2")).isFalse();
    assertThat(Redaction.hasPassword("/data/a:b@c")).isFalse();
  }
}

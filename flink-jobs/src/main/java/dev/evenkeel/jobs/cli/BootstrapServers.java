package dev.evenkeel.jobs.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Refuses addresses of brokers with a user in them, which Kafka's clients would repeat. */
final class BootstrapServers implements ITypeConverter<String> {
  @Override
  public String convert(String text) {
    if (text.contains("@")) {
      throw new TypeConversionException(
          "a user stands in it, expected HOST:PORT pairs separated by commas; give the login with"
              + " --property 'sasl.jaas.config=${NAME}'");
    }
    return text;
  }
}

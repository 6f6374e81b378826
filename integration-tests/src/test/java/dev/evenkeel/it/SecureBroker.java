package dev.evenkeel.it;

import dev.evenkeel.jobs.broker.BrokerListener;
import dev.evenkeel.jobs.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A broker that speaks TLS only and asks for a password, with a certificate of its own. */
final class SecureBroker implements AutoCloseable {
  static final String LOGIN_MODULE = "org.apache.kafka.common.security.plain.PlainLoginModule";

  private final Path directory;
  private final String storePassword = UUID.randomUUID().toString();
  private final String userPassword = UUID.randomUUID().toString();
  private final EmbeddedBroker broker;

  private SecureBroker(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    keytool(
        "-genkeypair",
        "-alias",
        "broker",
        "-keyalg",
        "EC",
        "-validity",
        "2",
        "-dname",
        "CN=localhost",
        "-ext",
        "SAN=ip:127.0.0.1",
        "-keystore",
        keyStore());
    Path certificate = directory.resolve("broker.pem");
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "broker",
        "-keystore",
        keyStore(),
        "-file",
        certificate.toString());
    keytool(
        "-importcert",
        "-noprompt",
        "-alias",
        "broker",
        "-keystore",
        trustStore(),
        "-file",
        certificate.toString());
    this.broker = EmbeddedBroker.start(0, Optional.empty(), listener());
  }

  static SecureBroker start(Path directory) throws IOException, InterruptedException {
    return new SecureBroker(directory);
  }

  private BrokerListener listener() {
    return new BrokerListener(
        "SASL_SSL",
        Map.of(
            "ssl.keystore.location",
            keyStore(),
            "ssl.keystore.password",
            storePassword,
            "ssl.truststore.location",
            trustStore(),
            "ssl.truststore.password",
            storePassword,
            "sasl.enabled.mechanisms",
            "PLAIN",
            "sasl.mechanism.inter.broker.protocol",
            "PLAIN",
            "listener.name.sasl_ssl.plain.sasl.jaas.config",
            "%s required username=\"broker\" password=\"%s\" user_broker=\"%s\" user_job=\"%s\";"
                .formatted(LOGIN_MODULE, storePassword, storePassword, userPassword)));
  }

  private String keyStore() {
    return directory.resolve("broker.p12").toString();
  }

  String trustStore() {
    return directory.resolve("trust.p12").toString();
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** What nobody but the broker and its clients may ever see. */
  List<String> secrets() {
    return List.of(storePassword, userPassword);
  }

  String storePassword() {
    return storePassword;
  }

  String userPassword() {
    return userPassword;
  }

  /** A client's {@code sasl.jaas.config}. */
  String login() {
    return login(userPassword);
  }

  static String login(String password) {
    return "%s required username=\"job\" password=\"%s\";".formatted(LOGIN_MODULE, password);
  }

  private void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", storePassword));
    Path log = directory.resolve("keytool.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (process.waitFor() != 0) {
      throw new AssertionError("keytool: " + Files.readString(log));
    }
  }

  @Override
  public void close() {
    broker.close();
  }
}

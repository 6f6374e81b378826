package dev.evenkeel.jobs.config;

import dev.evenkeel.jobs.redaction.SecretNames;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * What a property of a Kafka client may not be, in a job file and on a command line: a secret in
 * clear text, or what makes the client load code or read files.
 */
public final class KafkaPropertyRules {
  private static final Set<String> LOADS_CODE =
      Set.of("config.providers", "interceptor.classes", "metric.reporters");

  private static final Set<String> UNSAFE_LOGIN_MODULES =
      Set.of("jndiloginmodule", "ldaploginmodule");

  private static final String JAAS = "sasl.jaas.config";

  /** Kafka hides them in logs since they are long; they are public. */
  private static final Set<String> CERTIFICATES =
      Set.of("ssl.keystore.certificate.chain", "ssl.truststore.certificates");

  private static final Map<String, ConfigDef.Type> KNOWN = known();

  private KafkaPropertyRules() {}

  private static Map<String, ConfigDef.Type> known() {
    Map<String, ConfigDef.Type> types = new HashMap<>();
    for (ConfigDef client :
        List.of(
            ConsumerConfig.configDef(),
            ProducerConfig.configDef(),
            AdminClientConfig.configDef())) {
      client.configKeys().forEach((name, key) -> types.put(name, key.type));
    }
    return Map.copyOf(types);
  }

  /**
   * The value of a property, its references replaced.
   *
   * @param text as it was written
   * @throws IllegalArgumentException if it may not be; the message goes on after the property's
   *     name and never shows the value
   */
  public static String resolve(String key, String text, Secrets secrets) {
    if (LOADS_CODE.contains(key)) {
      throw new IllegalArgumentException(
          "cannot be set: it makes the client load further code or files; remove it");
    }
    if (key.endsWith(JAAS)) {
      return login(text, secrets);
    }
    if (isSecret(key, text) && !Secrets.isReference(text)) {
      throw new IllegalArgumentException(Secrets.IN_CLEAR_TEXT);
    }
    String value = secrets.resolve(text);
    if (key.startsWith("sasl.oauthbearer.") && key.endsWith(".url") && !isPlainHttps(text, value)) {
      throw new IllegalArgumentException(
          "must be an https address without a user in it; other schemes could read files or inner"
              + " hosts, and addresses are logged");
    }
    return value;
  }

  /** What logs in; each of its secrets has to be a reference, unless the whole is one. */
  private static String login(String text, Secrets secrets) {
    if (!Secrets.isReference(text)) {
      for (JaasText.Option option : parse(Secrets.marked(text), "").options()) {
        if (isSecret(option.name(), option.value()) && !Secrets.isMark(option.value())) {
          throw new IllegalArgumentException(
              "has the option " + option.name() + ", which " + Secrets.IN_CLEAR_TEXT);
        }
      }
    }
    String value = secrets.resolve(text);
    for (String module : parse(value, " once its references are replaced").modules()) {
      if (UNSAFE_LOGIN_MODULES.stream().anyMatch(module.toLowerCase(Locale.ROOT)::contains)) {
        throw new IllegalArgumentException(
            "names a JNDI or LDAP login module, which can be made to load remote code; use another"
                + " login module");
      }
    }
    return value;
  }

  private static JaasText parse(String text, String when) {
    try {
      return JaasText.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "is no login" + when + ", " + e.getMessage() + "; correct it", e);
    }
  }

  /** By Kafka's own word, or of what Kafka does not know by its name; a switch is no secret. */
  private static boolean isSecret(String name, String value) {
    ConfigDef.Type type = KNOWN.get(name);
    if (type != null) {
      return type == ConfigDef.Type.PASSWORD && !CERTIFICATES.contains(name);
    }
    return SecretNames.contain(name) && !value.equals("true") && !value.equals("false");
  }

  /** Its scheme must stand there: a reference could be any. */
  private static boolean isPlainHttps(String text, String value) {
    try {
      String host = text.startsWith("https:") ? new URI(value).getRawAuthority() : null;
      return host != null && !host.contains("@");
    } catch (URISyntaxException e) {
      return false;
    }
  }
}

package dev.evenkeel.jobs.config;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which client properties a job file may not set, and why. */
final class KafkaPropertyRules {
  private static final String OWNED = "the job sets it itself to keep its delivery guarantee";
  private static final String LOADS_CODE = "it makes the client load further code or files";

  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("acks", OWNED),
          Map.entry(
              "auto.offset.reset", "offsets come from checkpoints; use run --fresh to reread"),
          Map.entry("bootstrap.servers", "set kafka.bootstrap-servers instead"),
          Map.entry("config.providers", LOADS_CODE),
          Map.entry("enable.auto.commit", OWNED),
          Map.entry("enable.idempotence", OWNED),
          Map.entry("group.id", "the group is named after the job; set name instead"),
          Map.entry("group.instance.id", OWNED),
          Map.entry("interceptor.classes", LOADS_CODE),
          Map.entry("isolation.level", OWNED),
          Map.entry("key.deserializer", OWNED),
          Map.entry("key.serializer", OWNED),
          Map.entry("metric.reporters", LOADS_CODE),
          Map.entry("transaction.timeout.ms", "set kafka.transaction-timeout instead"),
          Map.entry("transactional.id", OWNED),
          Map.entry("value.deserializer", OWNED),
          Map.entry("value.serializer", OWNED));

  private static final Set<String> UNSAFE_LOGIN_MODULES =
      Set.of("jndiloginmodule", "ldaploginmodule");

  private KafkaPropertyRules() {}

  /**
   * What is wrong with a property as written in the job file, before references are replaced.
   *
   * @return the rest of a sentence that begins with the property's name; never the value
   */
  static Optional<String> problem(String key, String value) {
    if (REFUSED.containsKey(key)) {
      return Optional.of("cannot be set: " + REFUSED.get(key) + "; remove it");
    }
    if (key.startsWith("sasl.oauthbearer.")
        && key.endsWith(".url")
        && !value.startsWith("https:")) {
      return Optional.of("must be an https address; other schemes could read files or inner hosts");
    }
    if (isSecret(key) && !Secrets.hasReference(value)) {
      return Optional.of(
          "holds a secret in clear text; write ${NAME} for an environment variable or"
              + " ${file:/path} for a file");
    }
    return Optional.empty();
  }

  /** What is wrong with a property after references were replaced. */
  static Optional<String> resolvedProblem(String key, String value) {
    if (!key.endsWith("sasl.jaas.config")) {
      return Optional.empty();
    }
    String lower = value.toLowerCase(Locale.ROOT);
    return UNSAFE_LOGIN_MODULES.stream()
        .filter(lower::contains)
        .findFirst()
        .map(
            module ->
                "names a JNDI or LDAP login module, which can be made to load remote code; use"
                    + " another login module");
  }

  private static boolean isSecret(String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    return lower.contains("password")
        || lower.contains("secret")
        || lower.endsWith("sasl.jaas.config")
        || lower.equals("ssl.keystore.key");
  }
}

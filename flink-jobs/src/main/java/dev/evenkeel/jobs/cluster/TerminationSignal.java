package dev.evenkeel.jobs.cluster;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the process end in order when it is asked to. A shutdown hook would be too late: it runs
 * beside those of Flink and ONNX Runtime, which take away what a last savepoint needs.
 *
 * <p>The JDK's signal classes are no standard API, hence the reflection; where they are missing the
 * process ends as if nothing had been asked for.
 */
public final class TerminationSignal {
  private static final Logger LOG = LoggerFactory.getLogger(TerminationSignal.class);

  private TerminationSignal() {}

  /** Runs the action, on a thread of its own and once, at the first SIGTERM or SIGINT. */
  public static void onFirst(Runnable action) {
    handle("TERM", action);
    handle("INT", action);
  }

  private static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object byDefault = handler.getField("SIG_DFL").get(null);
      Object instance = signal.getConstructor(String.class).newInstance(name);
      InvocationHandler onSignal =
          (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
              // A second signal ends the process at once.
              signal.getMethod("handle", signal, handler).invoke(null, instance, byDefault);
              new Thread(action, "stop-on-" + name).start();
              return null;
            }
            return switch (method.getName()) {
              case "hashCode" -> System.identityHashCode(proxy);
              case "equals" -> proxy == arguments[0];
              default -> "stop on " + name;
            };
          };
      Object proxy =
          Proxy.newProxyInstance(
              TerminationSignal.class.getClassLoader(), new Class<?>[] {handler}, onSignal);
      signal.getMethod("handle", signal, handler).invoke(null, instance, proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.warn("This process cannot stop with a savepoint on SIG{}: {}", name, e.toString());
    }
  }
}

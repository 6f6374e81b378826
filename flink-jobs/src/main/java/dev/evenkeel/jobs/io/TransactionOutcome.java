package dev.evenkeel.jobs.io;

import java.io.Serializable;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;

/**
 * Asks the broker what became of transactions.
 *
 * @param client properties of a Kafka client, {@code bootstrap.servers} among them
 */
record TransactionOutcome(Properties client) implements Serializable {
  /**
   * Whether the last transaction under an identifier was aborted.
   *
   * @throws FlinkRuntimeException if the broker does not tell; the job is restarted then
   */
  boolean isAborted(String transactionalId) {
    try (Admin admin = Admin.create(client)) {
      TransactionState state =
          admin
              .describeTransactions(List.of(transactionalId))
              .description(transactionalId)
              .get()
              .state();
      return state == TransactionState.COMPLETE_ABORT || state == TransactionState.PREPARE_ABORT;
    } catch (ExecutionException e) {
      throw new FlinkRuntimeException(
          "Cannot find out what became of transaction " + transactionalId, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlinkRuntimeException(e);
    }
  }
}

package dev.evenkeel.jobs.io;

import java.io.IOException;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * A Kafka sink that ends the job where answers of a complete checkpoint are lost. The connector's
 * committer drops a transaction that cannot be committed, with a line in the log; most often it was
 * committed before, but where the broker has aborted it, its records are gone.
 *
 * @param <T> records
 * @param <S> the writer's state
 */
final class StrictSink<T, S>
    implements SupportsWriterState<T, S>,
        SupportsCommitter<KafkaCommittable>,
        SupportsPostCommitTopology<KafkaCommittable>,
        Sink<T> {
  private static final long serialVersionUID = 1;

  private final Sink<T> sink;
  private final SupportsWriterState<T, S> states;
  private final SupportsCommitter<KafkaCommittable> commits;
  private final SupportsPostCommitTopology<KafkaCommittable> topology;
  private final TransactionOutcome outcome;
  private final String advice;

  private StrictSink(
      Sink<T> sink,
      SupportsWriterState<T, S> states,
      SupportsCommitter<KafkaCommittable> commits,
      SupportsPostCommitTopology<KafkaCommittable> topology,
      TransactionOutcome outcome,
      String advice) {
    this.sink = sink;
    this.states = states;
    this.commits = commits;
    this.topology = topology;
    this.outcome = outcome;
    this.advice = advice;
  }

  /**
   * @param outcome tells what became of a transaction
   * @param advice ends the message of the failure: what happened most likely, and what to do
   */
  static <
          T,
          S,
          K extends
              Sink<T> & SupportsWriterState<T, S> & SupportsCommitter<KafkaCommittable>
                  & SupportsPostCommitTopology<KafkaCommittable>>
      Sink<T> of(K sink, TransactionOutcome outcome, String advice) {
    return new StrictSink<>(sink, sink, sink, sink, outcome, advice);
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
    return sink.createWriter(context);
  }

  @Override
  public StatefulSinkWriter<T, S> restoreWriter(WriterInitContext context, Collection<S> state)
      throws IOException {
    return states.restoreWriter(context, state);
  }

  @Override
  public SimpleVersionedSerializer<S> getWriterStateSerializer() {
    return states.getWriterStateSerializer();
  }

  @Override
  public Committer<KafkaCommittable> createCommitter(CommitterInitContext context)
      throws IOException {
    return new StrictCommitter(commits.createCommitter(context), outcome, advice);
  }

  @Override
  public SimpleVersionedSerializer<KafkaCommittable> getCommittableSerializer() {
    return commits.getCommittableSerializer();
  }

  @Override
  public void addPostCommitTopology(DataStream<CommittableMessage<KafkaCommittable>> committables) {
    topology.addPostCommitTopology(committables);
  }

  private record StrictCommitter(
      Committer<KafkaCommittable> committer, TransactionOutcome outcome, String advice)
      implements Committer<KafkaCommittable> {
    @Override
    public void commit(Collection<CommitRequest<KafkaCommittable>> requests)
        throws IOException, InterruptedException {
      committer.commit(
          requests.stream()
              .<CommitRequest<KafkaCommittable>>map(
                  request -> new StrictRequest(request, outcome, advice))
              .toList());
    }

    @Override
    public void close() throws IOException {
      try {
        committer.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("Interrupted while closing the committer", e);
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }

  private record StrictRequest(
      Committer.CommitRequest<KafkaCommittable> request, TransactionOutcome outcome, String advice)
      implements Committer.CommitRequest<KafkaCommittable> {
    @Override
    public KafkaCommittable getCommittable() {
      return request.getCommittable();
    }

    @Override
    public int getNumberOfRetries() {
      return request.getNumberOfRetries();
    }

    /** Flink would forget the transaction and go on. */
    @Override
    public void signalFailedWithKnownReason(Throwable reason) {
      String transaction = getCommittable().getTransactionalId();
      if (outcome.isAborted(transaction)) {
        // A restart would resume from the same checkpoint and fail in the same way.
        throw new SuppressRestartsException(
            new IOException(
                "Records of a complete checkpoint are lost: the broker has aborted their transaction "
                    + transaction
                    + ". "
                    + advice,
                reason));
      }
      request.signalFailedWithKnownReason(reason);
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable reason) {
      request.signalFailedWithUnknownReason(reason);
    }

    @Override
    public void retryLater() {
      request.retryLater();
    }

    @Override
    public void updateAndRetryLater(KafkaCommittable committable) {
      request.updateAndRetryLater(committable);
    }

    @Override
    public void signalAlreadyCommitted() {
      request.signalAlreadyCommitted();
    }
  }
}

package dev.evenkeel.jobs.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An HTTP client that follows no redirection, waits for no answer longer than a given time from the
 * connection to the last byte, and keeps no more of it than a given size.
 */
public final class BoundedHttp {
  private final Duration timeout;
  private final HttpClient client;

  public BoundedHttp(Duration timeout) {
    this.timeout = timeout;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * An answer, whatever its status.
   *
   * @param status code of HTTP
   * @param body cut off nowhere; null if it is longer than allowed
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  public record Answer(int status, byte[] body) {
    /** Whether the server may answer the same question otherwise a little later. */
    public boolean isPassing() {
      return status >= 500 || status == 408 || status == 425 || status == 429;
    }
  }

  /**
   * @param maxBytes most bytes of a body
   * @throws IOException if nobody answers in time
   */
  public Answer send(HttpRequest request, int maxBytes) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> response =
        client.sendAsync(request, head -> new BoundedBody(head.statusCode(), maxBytes));
    try {
      HttpResponse<byte[]> answer = response.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(answer.statusCode(), answer.body());
    } catch (TimeoutException e) {
      response.cancel(true);
      throw new InterruptedIOException("no answer within " + timeout.toMillis() + " ms");
    } catch (InterruptedException e) {
      response.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        if (cause instanceof BoundedBody.TooLongException tooLong) {
          return new Answer(tooLong.status(), null);
        }
      }
      throw new IOException(reason(e.getCause()), e.getCause());
    }
  }

  /** A refused connection has no message of its own. */
  private static String reason(Throwable problem) {
    return problem.getMessage() == null ? problem.getClass().getSimpleName() : problem.getMessage();
  }
}

package dev.evenkeel.jobs.payload;

import dev.evenkeel.jobs.http.BoundedHttp;
import dev.evenkeel.jobs.http.Patience;
import dev.evenkeel.jobs.redaction.Redaction;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.RejectionReason;
import java.io.IOException;
import java.net.http.HttpRequest;

/**
 * Fetches payloads. Blocks for {@link PayloadOptions#patience()} and one {@link
 * PayloadOptions#timeout()} at most where the store is on the network; a file system has its own
 * idea of time. For any number of threads.
 */
public final class Payloads {
  private static final int OK = 200;

  private final AllowedUris allowed;
  private final BoundedHttp http;
  private final Patience patience;

  Payloads(PayloadOptions options, Patience patience) {
    this.allowed = options.allowed();
    this.http = new BoundedHttp(options.timeout());
    this.patience = patience;
  }

  public static Payloads of(PayloadOptions options) {
    return new Payloads(options, Patience.of(options.patience()));
  }

  /**
   * The payload at a URI.
   *
   * @param uri as the sample names it
   * @param length of the payload in bytes, which bounds what is read
   * @throws DecodeException if the URI is not allowed, nothing is there, or it has another length
   * @throws PayloadStoreException if the store does not answer
   */
  public byte[] fetch(String uri, int length) throws DecodeException {
    AllowedUris.Location location = allowed.locate(uri);
    byte[] payload;
    try {
      payload = patience.ask(() -> attempt(location, length));
    } catch (DecodeException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new DecodeException(
          RejectionReason.PAYLOAD_REFUSED,
          "data_uri '%s' cannot be asked for (%s); correct it"
              .formatted(Redaction.value(uri), Redaction.text(String.valueOf(e.getMessage()))));
    } catch (IOException e) {
      throw new PayloadStoreException(
          "Payloads cannot be fetched from %s (%s); bring the store back or correct payloads.allowed-uris. The job resumes from its last checkpoint"
              .formatted(location.place(), e),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PayloadStoreException("Interrupted while fetching a payload", e);
    }
    if (payload.length != length) {
      throw new DecodeException(
          RejectionReason.WRONG_LENGTH,
          "the payload at '%s' has %s bytes, expected %d by shape and dtype"
              .formatted(
                  Redaction.value(uri), payload.length > length ? "more" : payload.length, length));
    }
    return payload;
  }

  private byte[] attempt(AllowedUris.Location location, int length)
      throws IOException, InterruptedException {
    if (location.isFile()) {
      return FilePayloads.read(location, length);
    }
    BoundedHttp.Answer answer = http.send(HttpRequest.newBuilder(location.uri()).build(), length);
    if (answer.isPassing()) {
      throw new IOException("it answers with status " + answer.status());
    }
    if (answer.status() != OK) {
      throw new DecodeException(
          RejectionReason.PAYLOAD_UNAVAILABLE,
          "data_uri '%s' is answered with status %d; put the payload there before its sample"
              .formatted(Redaction.value(location.uri().toString()), answer.status()));
    }
    return answer.body() == null ? new byte[length + 1] : answer.body();
  }
}

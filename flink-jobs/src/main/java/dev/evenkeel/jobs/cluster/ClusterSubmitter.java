package dev.evenkeel.jobs.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.jobs.JobMain;
import dev.evenkeel.jobs.config.JobConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/**
 * Sends the job to a Flink cluster through its REST interface. The jar that is uploaded is a copy
 * with the model inside, so the cluster needs no access to this machine's files; references to
 * secrets in the job file are resolved on the cluster.
 */
public final class ClusterSubmitter {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BOUNDARY = "evenkeel-jar-boundary-7f3a9c";

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final URI cluster;

  /**
   * @param target {@code host:port} of the JobManager's REST interface
   */
  public ClusterSubmitter(String target) {
    this.cluster = URI.create("http://" + target + "/");
  }

  /**
   * Uploads and starts the job.
   *
   * @param jar the shaded job jar
   * @param jobFile the job file, already found valid
   * @return Flink's identifier of the job
   * @throws IOException with the cluster's own words if it refuses
   */
  public String submit(Path jar, Path jobFile) throws IOException, InterruptedException {
    JobConfig config = JobConfig.read(jobFile);
    Path upload = Files.createTempFile("evenkeel-job", ".jar");
    try {
      Files.copy(jar, upload, StandardCopyOption.REPLACE_EXISTING);
      try (FileSystem zip = FileSystems.newFileSystem(upload)) {
        Files.copy(
            config.model(),
            zip.getPath(JobMain.MODEL_RESOURCE),
            StandardCopyOption.REPLACE_EXISTING);
      }
      return run(upload(upload), config.parallelism(), jobFile);
    } finally {
      Files.delete(upload);
    }
  }

  private String upload(Path jar) throws IOException, InterruptedException {
    String head =
        "--"
            + BOUNDARY
            + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"evenkeel-job.jar\""
            + "\r\nContent-Type: application/java-archive\r\n\r\n";
    BodyPublisher body =
        BodyPublishers.concat(
            BodyPublishers.ofString(head),
            BodyPublishers.ofFile(jar),
            BodyPublishers.ofString("\r\n--" + BOUNDARY + "--\r\n"));
    JsonNode answer = post("jars/upload", "multipart/form-data; boundary=" + BOUNDARY, body);
    String stored = answer.path("filename").asText();
    return stored.substring(stored.lastIndexOf('/') + 1);
  }

  private String run(String jarId, int parallelism, Path jobFile)
      throws IOException, InterruptedException {
    String[] arguments =
        JobMain.submittedArguments(Files.readString(jobFile), jobFile.toAbsolutePath().getParent());
    ObjectNode request = JSON.createObjectNode();
    request.put("entryClass", JobMain.class.getName());
    request.put("parallelism", parallelism);
    List.of(arguments).forEach(request.putArray("programArgsList")::add);
    return post(
            "jars/" + jarId + "/run",
            "application/json",
            BodyPublishers.ofString(JSON.writeValueAsString(request)))
        .path("jobid")
        .asText();
  }

  private JsonNode post(String path, String contentType, BodyPublisher body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(cluster.resolve(path))
            .header("Content-Type", contentType)
            .timeout(Duration.ofMinutes(5))
            .POST(body)
            .build();
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          "The cluster at "
              + cluster
              + " answered "
              + response.statusCode()
              + " to "
              + path
              + ": "
              + reason(response.body()));
    }
    return JSON.readTree(response.body());
  }

  /** Of a stack trace only the innermost cause. */
  private static String reason(String body) {
    String text;
    try {
      text = JSON.readTree(body).path("errors").path(0).asText(body);
    } catch (JsonProcessingException e) {
      text = body;
    }
    return text.lines()
        .map(String::strip)
        .filter(line -> line.startsWith("Caused by: "))
        .reduce((outer, inner) -> inner)
        .orElse(text.lines().findFirst().orElse("no reason given"));
  }
}

package dev.evenkeel.jobs.quality;

import dev.evenkeel.adapters.drift.DriftReference;
import dev.evenkeel.adapters.profile.SourceProfile;
import dev.evenkeel.adapters.profile.SourceProfileJson;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.jobs.config.ConfigException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads the profile that windows are compared with. */
public final class ProfileFile {
  private ProfileFile() {}

  /**
   * What the file says of a model's source.
   *
   * @throws ConfigException if it cannot be read, or is of another model
   */
  public static DriftReference read(Path file, SourceModel source) {
    String problem;
    try {
      SourceProfile profile = SourceProfileJson.read(file);
      if (profile.modelDigest().equals(source.digest())) {
        return DriftReference.of(profile);
      }
      problem = "it was measured on another model";
    } catch (NoSuchFileException e) {
      problem = "it does not exist";
    } catch (IOException | IllegalArgumentException e) {
      problem = String.valueOf(e.getMessage());
    }
    throw new ConfigException(
        List.of(
            "drift.source-profile is "
                + file
                + ", but "
                + problem
                + "; make it with 'model profile --model M.onnx --inputs X.npy --labels Y.npy --out"
                + " P.json'"));
  }
}

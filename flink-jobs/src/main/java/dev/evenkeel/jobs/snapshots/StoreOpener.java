package dev.evenkeel.jobs.snapshots;

import dev.evenkeel.store.StorageBackend;
import java.io.IOException;
import java.io.Serializable;

/** Opens the store on the machine that needs it; tried again while it cannot be reached. */
public interface StoreOpener extends Serializable {
  StorageBackend open() throws IOException;
}

/**
 * Versioned, content-addressed store of models and of snapshots of adapted states. {@link
 * dev.evenkeel.store.ModelStore} and {@link dev.evenkeel.store.SnapshotStore} are the front doors;
 * where the bytes lie is a {@link dev.evenkeel.store.StorageBackend}.
 */
package dev.evenkeel.store;

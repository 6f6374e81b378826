/**
 * Versioned, content-addressed store of models. {@link dev.evenkeel.store.ModelStore} is the front
 * door; where the bytes lie is a {@link dev.evenkeel.store.StorageBackend}.
 */
package dev.evenkeel.store;

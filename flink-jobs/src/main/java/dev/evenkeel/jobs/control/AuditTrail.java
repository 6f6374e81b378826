package dev.evenkeel.jobs.control;

import dev.evenkeel.jobs.config.StateConfig;
import dev.evenkeel.store.SnapshotManifest;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.ControlCommand;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Writes down what was done to adaptation, or refused, and why. */
public final class AuditTrail {
  /** Cause of what a command asked for. */
  public static final String CONTROL = "control";

  private final String modelVersion;
  private final StateConfig.Scope scope;

  /**
   * @param modelVersion that serves
   * @param scope what keys name
   */
  public AuditTrail(String modelVersion, StateConfig.Scope scope) {
    this.modelVersion = modelVersion;
    this.scope = scope;
  }

  /** The name of an action in records and metrics: lower-case with hyphens. */
  public static String label(ControlAction action) {
    return action.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * What became of a command under one key.
   *
   * @param key of the adaptation state
   */
  public AuditEvent ofCommand(
      ControlCommand command,
      String key,
      AuditStatus status,
      String reason,
      StreamControl control,
      long nowMillis) {
    AuditEvent event =
        ofCommand(command, command.getCommandId() + "/" + key, status, reason, nowMillis);
    address(event, key);
    event.setBatch(control.batches());
    event.setAdaptationStep(control.steps());
    return event;
  }

  /** What became of a command for the whole job. */
  public AuditEvent ofCommand(
      ControlCommand command, AuditStatus status, String reason, long nowMillis) {
    return ofCommand(command, command.getCommandId(), status, reason, nowMillis);
  }

  private AuditEvent ofCommand(
      ControlCommand command, String id, AuditStatus status, String reason, long nowMillis) {
    AuditEvent event = event(id, label(command.getAction()), CONTROL, reason, Map.of(), nowMillis);
    event.setStatus(status);
    event.setCommandId(command.getCommandId());
    event.setAuthor(command.getAuthor());
    event.setReference(command.getReference());
    return event;
  }

  /**
   * What a guard or policy did under one key.
   *
   * @param number of the action within its batch
   * @param cause the guard
   * @param figures behind it, by name
   */
  public AuditEvent ofGuard(
      String key,
      StreamControl control,
      int number,
      String action,
      String cause,
      String reason,
      Map<String, Double> figures,
      long nowMillis) {
    String id = "%s/%d/%d/%s".formatted(cause, control.batches(), number, key);
    AuditEvent event = event(id, action, cause, reason, figures, nowMillis);
    event.setStatus(AuditStatus.APPLIED);
    address(event, key);
    event.setBatch(control.batches());
    event.setAdaptationStep(control.steps());
    return event;
  }

  /** A snapshot that could not be published. */
  public static AuditEvent ofSnapshot(
      SnapshotManifest manifest, AuditStatus status, String reason, long nowMillis) {
    AuditTrail trail = new AuditTrail(manifest.modelDigest().toString(), StateConfig.Scope.ALL);
    String id =
        "snapshot/%s/%d/%s".formatted(status, manifest.checkpointId(), manifest.key().label());
    AuditEvent event = trail.event(id, "snapshot", "model-store", reason, Map.of(), nowMillis);
    event.setStatus(status);
    event.setStreamId(manifest.streamId());
    event.setGroup(manifest.group());
    event.setAdaptationStep(manifest.adaptationStep());
    event.setReference(manifest.snapshot().toString());
    return event;
  }

  /** A record of the control topic that is no command. */
  AuditEvent unreadable(String id, String reason, long nowMillis) {
    AuditEvent event = event(id, CONTROL, CONTROL, reason, Map.of(), nowMillis);
    event.setStatus(AuditStatus.REFUSED);
    return event;
  }

  private void address(AuditEvent event, String key) {
    switch (scope) {
      case STREAM -> event.setStreamId(key);
      case GROUP -> event.setGroup(key);
      case ALL -> {
        // The one state is the whole job's.
      }
    }
  }

  private AuditEvent event(
      String id,
      String action,
      String cause,
      String reason,
      Map<String, Double> figures,
      long nowMillis) {
    AuditEvent event = new AuditEvent();
    event.setEventId(id);
    event.setAction(action);
    event.setCause(cause);
    event.setReason(reason);
    event.setFigures(new HashMap<>(figures));
    event.setModelVersion(modelVersion);
    event.setOccurredAt(Instant.ofEpochMilli(nowMillis));
    return event;
  }
}

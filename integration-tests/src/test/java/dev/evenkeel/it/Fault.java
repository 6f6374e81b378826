package dev.evenkeel.it;

/** What is done to a running job. */
enum Fault {
  /** SIGKILL at a random moment, most often in the middle of a batch. */
  TASK_MANAGER,
  /** SIGKILL as soon as the JobManager says that a checkpoint is under way. */
  TASK_MANAGER_IN_CHECKPOINT,
  /** SIGKILL as soon as a checkpoint is complete on disk: before its transactions are committed. */
  TASK_MANAGER_BEFORE_COMMIT,
  /** SIGKILL; the job is submitted again with the newest complete checkpoint. */
  JOB_MANAGER,
  /** SIGKILL and start on the same data. */
  BROKER,
  /** SIGSTOP for longer than the heartbeat's time-out, then SIGCONT. */
  PAUSE,
  /** No byte can be written to the checkpoint directory for some checkpoints. */
  FULL_DISK,
  /** The JobManager dies, and of the newest checkpoint's metadata half is missing. */
  TRUNCATED_METADATA,
  /** The JobManager dies, and a byte of a stream's state in the newest checkpoint has flipped. */
  DAMAGED_STATE
}

#!/usr/bin/env bash
# Submits the job with Flink's own command line, unless a job of its name runs already; goes on from
# its newest complete checkpoint or savepoint, if there is one.
#   start-job.sh JOBMANAGER:PORT NAME JOB.yaml CHECKPOINTS [JAR]
# NAME and CHECKPOINTS, a local directory, are those of the job file.
set -euo pipefail
target="$1" name="$2" config="$3" checkpoints="$4"
jar="${5:-/opt/flink/usrlib/evenkeel-job.jar}"

# While other services start, a name may not resolve, or the JobManager not answer, for a moment.
for attempt in {1..10}; do
  running="$(flink list -m "$target" -r)" && break
  [ "$attempt" -lt 10 ] || exit 1
  sleep 2
done
if grep -qF " : $name (" <<<"$running"; then
  echo "Job $name runs already"
  exit 0
fi

newest=""
if [ -d "$checkpoints" ]; then
  newest="$(find "$checkpoints" \( -path '*/chk-*/_metadata' -o -path '*/savepoint-*/_metadata' \) \
    -printf '%T@ %h\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-)"
fi
echo "Submitting job $name, ${newest:-from the beginning}"
flink run -m "$target" -d ${newest:+-s "file://$newest"} \
  -c dev.evenkeel.jobs.JobMain "$jar" --config "$config"

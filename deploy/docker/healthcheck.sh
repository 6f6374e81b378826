#!/usr/bin/env bash
# Succeeds if Flink's Prometheus reporter on this machine tells metrics of Flink: JobManager and
# TaskManager both have it, and only a process that works answers. Needs nothing but bash and grep.
#   healthcheck.sh [PORT]
set -euo pipefail
port="${1:-9249}"

exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
grep -q '^flink_' <&3

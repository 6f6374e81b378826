#!/usr/bin/env bash
# Takes the pictures of docs/dashboards.md anew: runs the job with everything that is watched for some
# minutes, draws the dashboards' panels from what Prometheus has, and lets Chromium take a picture of each.
# Needs Debian's packages prometheus and chromium. The renderer is this project's own, not Grafana.
#   pictures.sh [SECONDS]     length of the recording, 180 if not said
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds="${1:-180}"
pages=integration-tests/target/dashboards

if [ "$seconds" != 0 ]; then
  ./mvnw -q -Pfast -DskipTests=false -pl integration-tests,deploy -am verify \
    -Dtest=NoSuchTest -Dsurefire.failIfNoSpecifiedTests=false \
    -Dit.test=ObservabilityITCase -Dfailsafe.failIfNoSpecifiedTests=false -Devenkeel.dashboards.record="$seconds"
fi
shoot() {
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --virtual-time-budget=5000 "$@" 2>/dev/null
}
for page in "$pages"/*.html; do
  url="file://$PWD/$page"
  height="$(shoot --window-size=1500,800 --dump-dom "$url" | grep -o 'data-height="[0-9]*"' | tr -dc 0-9)"
  shoot --window-size=1500,"$height" --screenshot="$PWD/docs/images/$(basename "$page" .html).png" "$url"
done

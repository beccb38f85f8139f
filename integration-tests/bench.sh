#!/usr/bin/env bash
# Measures three daemons with a real Consul each, beside what a bare client needs for the same writes in the same run.
#
#   integration-tests/bench.sh [--clusters N,M] [--failovers N] [--no-build]
#
#   --clusters N,M   how many clusters of five keys are published at once, first N, then M; 1000,10000 when not given
#   --failovers N    how many failovers are timed one by one; 200 when not given
#   --no-build       take the distribution and the test classes as they are
#
# Prints a table in Markdown on standard output, progress on standard error. Needs a JDK 17 or newer, a Consul on the
# path or in CONSUL (install-servers.sh), and Maven unless --no-build. Nothing is asserted: figures are for reading.
set -uo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname "$here")"
distribution="$root/daemon/target/heliograph"
classpath_file="$here/target/test-classpath.txt"
clusters=1000,10000
failovers=200
build=yes

fail() {
  printf 'bench: %s\n' "$*" >&2
  exit 2
}

while [ $# -gt 0 ]; do
  case "$1" in
    --clusters) [ $# -ge 2 ] || fail "$1 needs a value"; clusters="$2"; shift ;;
    --failovers) [ $# -ge 2 ] || fail "$1 needs a value"; failovers="$2"; shift ;;
    --no-build) build=no ;;
    -h | --help)
      sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
      exit 0
      ;;
    *) fail "unknown argument $1; see --help" ;;
  esac
  shift
done
[[ "$clusters" =~ ^[0-9]{1,6},[0-9]{1,6}$ ]] || fail "--clusters should be two numbers with a comma, not '$clusters'"
[[ "$failovers" =~ ^[1-9][0-9]{0,4}$ ]] || fail "--failovers should be a number, not '$failovers'"

# shellcheck source=build-runner.sh
. "$here/build-runner.sh"

java=java
[ -z "${JAVA_HOME:-}" ] || java="$JAVA_HOME/bin/java"
cd "$here" && exec "$java" -Xmx1g "-Dheliograph.home=$distribution" -cp "$here/target/test-classes:$(cat "$classpath_file")" \
  io.heliograph.it.bench.Bench "${clusters%,*}" "${clusters#*,}" "$failovers"

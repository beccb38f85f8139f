#!/usr/bin/env bash
# Runs real daemons, writes to them, breaks what can break, and checks that nothing acknowledged was lost.
#
#   integration-tests/faults.sh [--seed N] [--minutes M] [--nodes 3|5] [--faults LIST] [--loopback] [--keep] [--no-build]
#
#   --seed N       draws faults and writes; a fresh one, printed on the first line, when not given. Threads and the
#                  network have their own timing, so the same seed gives the same plan and not the same run
#   --minutes M    how long faults go on, 2 when not given; a fraction will do. Starting, healing and checking add to it
#   --nodes N      3 (the default) or 5
#   --faults LIST  only these, with commas between: kill, kill-leader, terminate, pause, pause-leader, cut, cut-one-way,
#                  split, isolate-leader, cut-clients, lose-majority, kill-all, restart-storm, snapshot, transfer, wipe,
#                  members, pause-store
#   --loopback     without network namespaces, as happens by itself where there is no root, ip or nft; links are cut
#                  both ways only then
#   --keep         keep history, nemesis log, daemon logs and data when nothing was wrong, too
#   --no-build     take the distribution and the test classes as they are
#
# The last line reads "acknowledged=… unknown=… lost=0 divergent=0 faults=… store-views=… longest-unavailable=…s"; the
# exit code is 0 when nothing was lost, nothing diverged and nothing else was wrong. store-views counts what was seen of
# clusters in the stores, each judged: no older than before, and never half. longest-unavailable is the longest time
# without an acknowledged write while a majority was up and connected. Needs a JDK 17 or newer; Maven unless --no-build.
set -uo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname "$here")"
distribution="$root/daemon/target/heliograph"
classpath_file="$here/target/test-classpath.txt"
seed=
minutes=2
nodes=3
faults=
loopback=no
keep=false
build=yes
prefix=
runner=

fail() {
  printf 'faults: %s\n' "$*" >&2
  exit 2
}

value_of() { [ "$2" -ge 2 ] || fail "$1 needs a value; see --help"; }

while [ $# -gt 0 ]; do
  case "$1" in
    --seed) value_of "$1" $# && seed="$2" && shift ;;
    --minutes) value_of "$1" $# && minutes="$2" && shift ;;
    --nodes) value_of "$1" $# && nodes="$2" && shift ;;
    --faults) value_of "$1" $# && faults="$2" && shift ;;
    --loopback) loopback=yes ;;
    --keep) keep=true ;;
    --no-build) build=no ;;
    -h | --help)
      sed -n '2,23s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
      exit 0
      ;;
    *) fail "unknown argument $1; see --help" ;;
  esac
  shift
done
[ -n "$seed" ] || seed="$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')"
[[ "$seed" =~ ^[0-9]{1,18}$ ]] || fail "--seed should be a number, not '$seed'"
[[ "$minutes" =~ ^([0-9]{1,5}(\.[0-9]{1,3})?|\.[0-9]{1,3})$ ]] || fail "--minutes should be a number, not '$minutes'"
[[ "$nodes" =~ ^[35]$ ]] || fail "--nodes should be 3 or 5, not '$nodes'"
printf 'seed %s, %s minutes, %s nodes\n' "$seed" "$minutes" "$nodes"

# --- building -----------------------------------------------------------------------------------------------------

# shellcheck source=build-runner.sh
. "$here/build-runner.sh"

# --- network namespaces -------------------------------------------------------------------------------------------

# One more than the group has at first, for changes of members. Number n has 10.77.n.2; the namespace in the middle is 10.77.n.1 to it, forwards, and holds the clients.
make_namespaces() {
  local n
  ip netns add "$prefix-hub" && ip -n "$prefix-hub" link set lo up || return 1
  ip netns exec "$prefix-hub" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward' || return 1
  for n in $(seq $((nodes + 1))); do
    ip netns add "$prefix-dc$n" &&
      ip link add "to-dc$n" netns "$prefix-hub" type veth peer name eth0 netns "$prefix-dc$n" &&
      ip -n "$prefix-hub" addr add "10.77.$n.1/24" dev "to-dc$n" &&
      ip -n "$prefix-hub" link set "to-dc$n" up &&
      ip -n "$prefix-dc$n" addr add "10.77.$n.2/24" dev eth0 &&
      ip -n "$prefix-dc$n" link set lo up &&
      ip -n "$prefix-dc$n" link set eth0 up &&
      ip -n "$prefix-dc$n" route add default via "10.77.$n.1" || return 1
  done
  ip netns exec "$prefix-hub" nft list ruleset >/dev/null
}

remove_namespaces() {
  local name pid
  for name in $(ip netns list 2>/dev/null | awk -v prefix="$prefix-" 'index($1, prefix) == 1 { print $1 }'); do
    # nobody but this run has processes there
    for pid in $(ip netns pids "$name" 2>/dev/null); do kill -9 "$pid" 2>/dev/null; done
    ip netns del "$name" 2>/dev/null
  done
}

cleanup() {
  local status=$?
  trap - EXIT INT TERM
  if [ -n "$runner" ] && kill -0 "$runner" 2>/dev/null; then
    kill "$runner" 2>/dev/null
    wait "$runner" 2>/dev/null
  fi
  [ -z "$prefix" ] || remove_namespaces
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
enter=()
options=()
if [ "$loopback" = no ] && [ "$(id -u)" -eq 0 ] && command -v ip >/dev/null && command -v nft >/dev/null; then
  prefix="heliograph-faults-$$"
  if make_namespaces 2>/dev/null; then
    enter=(ip netns exec "$prefix-hub")
    options+=(--namespaces "$prefix")
  else
    remove_namespaces
    prefix=
  fi
fi

# --- the run ------------------------------------------------------------------------------------------------------

java=java
[ -z "${JAVA_HOME:-}" ] || java="$JAVA_HOME/bin/java"
directory="$(mktemp -d "${TMPDIR:-/tmp}/heliograph-faults-$seed.XXXXXX")"
[ -z "$faults" ] || options+=(--faults "$faults")
${enter[@]+"${enter[@]}"} "$java" -Xmx512m -XX:+UseSerialGC "-Dheliograph.home=$distribution" \
  -cp "$here/target/test-classes:$(cat "$classpath_file")" io.heliograph.it.faults.FaultRun \
  --seed "$seed" --minutes "$minutes" --nodes "$nodes" --directory "$directory" --keep "$keep" \
  ${options[@]+"${options[@]}"} </dev/null &
runner=$!
wait "$runner"
status=$?
runner=
exit "$status"

#!/usr/bin/env bash
# Three data centres on this machine: builds what is not built, starts three nodes on loopback, registers a cluster,
# performs a failover and shows what each data centre's store holds.
#
#   deploy/quickstart.sh [--check] [--with-consul]
#
#   --check        with free ports and a temporary directory; verifies the three stores, cleans up, exits 0 or 1
#   --with-consul  gives each data centre a Consul of its own; $CONSUL names the binary, or it is on the PATH
#
# Needs a JDK 17 or newer and Maven. Without --check it stays up until Ctrl-C.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname "$here")"
distribution="$root/daemon/target/heliograph"
heliograph="$distribution/bin/heliograph"
check=no
with_consul=no
work=
consul=
declare -a pids=()
declare -a http=() raft=() consul_port=()

say() { printf '%s\n' "$*"; }
step() { printf '\n==> %s\n' "$*"; }
fail() {
  printf 'quickstart: %s\n' "$*" >&2
  exit 1
}

usage() { sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

for argument in "$@"; do
  case "$argument" in
    --check) check=yes ;;
    --with-consul) with_consul=yes ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      printf 'quickstart: unknown argument %s; see --help\n' "$argument" >&2
      exit 2
      ;;
  esac
done

stop_all() {
  local pid
  for pid in ${pids[@]+"${pids[@]}"}; do kill "$pid" 2>/dev/null || true; done
  for pid in ${pids[@]+"${pids[@]}"}; do
    for _ in $(seq 50); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  pids=()
}

cleanup() {
  local status=$?
  trap - EXIT INT TERM
  stop_all
  if [ -n "$work" ]; then
    if [ "$check" = yes ] && [ "$status" -ne 0 ]; then
      say "quickstart: logs of the nodes are in $work" >&2
    else
      rm -rf "$work"
    fi
  fi
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

find_consul() {
  [ "$with_consul" = yes ] || return 0
  if [ -n "${CONSUL:-}" ]; then
    [ -x "$CONSUL" ] || fail "CONSUL names $CONSUL, which is not a program"
    consul="$CONSUL"
  else
    consul="$(command -v consul || true)"
  fi
  [ -n "$consul" ] || fail "--with-consul needs a consul binary: set CONSUL to one, or put it on the PATH"
}

is_stale() {
  [ ! -x "$heliograph" ] && return 0
  [ -n "$(find "$root/pom.xml" "$root"/{kv-adapters,raft-fsm,daemon}/{pom.xml,src/main} \
    -newer "$distribution/lib" -print -quit)" ]
}

build() {
  is_stale || return 0
  command -v mvn >/dev/null 2>&1 || fail "Maven is not on the PATH, and heliograph is not built yet"
  step "Building heliograph (the first time, Maven fetches what it needs; that takes some minutes)"
  local log
  log="$(mktemp)"
  (cd "$root" && exec mvn -B -Dmaven.test.skip=true -pl daemon -am package) >"$log" 2>&1 &
  local build=$! seconds=0
  pids+=("$build")
  while kill -0 "$build" 2>/dev/null; do
    sleep 1
    seconds=$((seconds + 1))
    [ $((seconds % 5)) -ne 0 ] || say "    $seconds s: $(grep -E 'Building|--- [a-z]|Downloading' "$log" | tail -1 | sed 's/^.*Building *//; s/^.*--- *//; s/^.*Downloading from [^:]*: .*\//fetching /; s/ ---$//')"
  done
  if ! wait "$build"; then
    grep -E 'ERROR' "$log" | head -10 >&2
    fail "the build failed; all of its output is in $log"
  fi
  pids=()
  rm -f "$log"
  touch "$distribution/lib"
  say "    built in $seconds s"
}

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Prints as many free ports as asked for, all different.
free_ports() {
  local found=0 port taken=" "
  while [ "$found" -lt "$1" ]; do
    port=$((20000 + RANDOM % 12000))
    case "$taken" in *" $port "*) continue ;; esac
    is_free "$port" || continue
    taken="$taken$port "
    printf '%s\n' "$port"
    found=$((found + 1))
  done
}

choose_ports() {
  local -a ports
  if [ "$check" = yes ]; then
    mapfile -t ports < <(free_ports 9)
  else
    ports=(3001 10001 8501 3002 10002 8502 3003 10003 8503)
  fi
  local i
  for i in 0 1 2; do
    http[i]=${ports[i * 3]}
    raft[i]=${ports[i * 3 + 1]}
    consul_port[i]=${ports[i * 3 + 2]}
    is_free "${http[i]}" || fail "port ${http[i]} is in use; quickstart needs 3001 to 3003 and 10001 to 10003"
    is_free "${raft[i]}" || fail "port ${raft[i]} is in use; quickstart needs 3001 to 3003 and 10001 to 10003"
  done
}

write_configuration() {
  local i=$1 dc="dc$(($1 + 1))" k
  mkdir -p "$work/$dc"
  {
    say "cluster: quickstart"
    say "node: { id: $dc, data-dir: data }"
    say "raft:"
    say "  listen: 127.0.0.1:${raft[i]}"
    say "  members:"
    for k in 0 1 2; do
      say "    dc$((k + 1)): { raft: \"127.0.0.1:${raft[k]}\", http: \"http://127.0.0.1:${http[k]}\" }"
    done
    say "http: { listen: \"127.0.0.1:${http[i]}\" }"
    if [ -n "$consul" ]; then
      say "stores:"
      say "  - { name: consul, type: consul, url: \"http://127.0.0.1:${consul_port[i]}\" }"
    fi
  } >"$work/$dc/heliograph.yaml"
}

start_consul() {
  local i=$1 dc="dc$(($1 + 1))" ports
  mapfile -t ports < <(free_ports 3)
  "$consul" agent -server -bootstrap-expect=1 -datacenter="$dc" -node="$dc" -bind=127.0.0.1 -client=127.0.0.1 \
    -http-port="${consul_port[i]}" -serf-lan-port="${ports[0]}" -serf-wan-port=-1 -server-port="${ports[1]}" \
    -dns-port=-1 -data-dir="$work/$dc/consul" >"$work/$dc/consul.log" 2>&1 &
  pids+=($!)
}

start_node() {
  local dc="dc$(($1 + 1))"
  "$heliograph" server --config "$work/$dc/heliograph.yaml" >"$work/$dc/heliograph.log" 2>&1 &
  pids+=($!)
  node_pid[$1]=$!
}
declare -a node_pid=()

node_url() { printf 'http://127.0.0.1:%s' "${http[$1]}"; }

await_leader() {
  local i attempt
  for attempt in $(seq 60); do
    for i in 0 1 2; do
      if ! kill -0 "${node_pid[i]}" 2>/dev/null; then
        tail -5 "$work/dc$((i + 1))/heliograph.log" >&2
        fail "node dc$((i + 1)) ended; the lines above are its last"
      fi
    done
    if leader="$("$heliograph" leader --endpoint "$(node_url 0)" 2>/dev/null)"; then
      say "    leader: $leader"
      return 0
    fi
    say "    waiting for a leader ($attempt)"
    sleep 1
  done
  fail "no leader after a minute"
}

# What the internal store of a node holds; reads the table itself, not the state of the log.
stored() { "$heliograph" kv list mysql/master --store "${2:-internal}" --endpoint "$(node_url "$1")"; }

expected() {
  printf 'mysql/master/mycluster = 127.0.0.2:3306\n'
  printf 'mysql/master/mycluster/hostname = 127.0.0.2\n'
  printf 'mysql/master/mycluster/ipv4 = 127.0.0.2\n'
  printf 'mysql/master/mycluster/ipv6 = \n'
  printf 'mysql/master/mycluster/port = 3306\n'
}

verify() {
  local i store attempt
  for i in 0 1 2; do
    for store in internal ${consul:+consul}; do
      for attempt in $(seq 40); do
        [ "$(stored "$i" "$store" 2>/dev/null)" != "$(expected)" ] || continue 2
        sleep 0.5
      done
      stored "$i" "$store" >&2 || true
      fail "store $store of dc$((i + 1)) does not hold the new master; the lines above are what it holds"
    done
  done
}

run() {
  printf '\n$ heliograph %s\n' "$*"
  "$heliograph" "$@" --endpoint "$(node_url 0)"
}

find_consul
build
choose_ports
work="$(mktemp -d "${TMPDIR:-/tmp}/heliograph-quickstart.XXXXXX")"

step "Starting dc1, dc2 and dc3 on loopback${consul:+, each with a Consul of its own}"
for i in 0 1 2; do
  write_configuration "$i"
  [ -z "$consul" ] || start_consul "$i"
  start_node "$i"
done
await_leader

step "Registering mycluster, then a failover"
run cluster set mycluster 127.0.0.1:3306
run failover mycluster 127.0.0.2:3306 --reason quickstart

step "What each data centre's own store holds"
verify
for i in 0 1 2; do
  for store in internal ${consul:+consul}; do
    say "dc$((i + 1)), $store:"
    stored "$i" "$store" | sed 's/^/    /'
  done
done

step "Who leads"
run leader
run status

if [ "$check" = yes ]; then
  step "All three data centres hold the new master"
  exit 0
fi

step "Up until Ctrl-C: $(node_url 0)  $(node_url 1)  $(node_url 2)"
command="$heliograph"
case "$heliograph" in "$PWD"/*) command=".${heliograph#"$PWD"}" ;; esac
say "Try next, in another terminal:"
say "  $command failover mycluster 127.0.0.3:3306 --endpoint $(node_url 1)"
say "  $command kv list --store internal --endpoint $(node_url 2)"
say "  kill -9 ${node_pid[0]}    # dc1; then: $command status --endpoint $(node_url 1)"
while :; do sleep 3600 & wait $! || true; done

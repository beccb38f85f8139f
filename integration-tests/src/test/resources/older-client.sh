#!/usr/bin/env bash
# Works the way operators' scripts for the older API do: every call is a GET by curl, every answer is read by jq.
#
#   older-client.sh -c COMMAND [-alias ALIAS] [-i HOST:PORT] [-hostname HINT] [-path PATH]
#
# Environment: ORCHESTRATOR_API, URLs with blanks between, of which the leader's is sought; ORCHESTRATOR_AUTH_USER and
# ORCHESTRATOR_AUTH_PASSWORD for basic authentication. A refusal is a line on standard error, and exit code 1.
set -uf -o pipefail

curl="${CURL:-curl}"
jq="${JQ:-jq}"
read -r -a nodes <<<"${ORCHESTRATOR_API:-http://127.0.0.1:3000}"
login=()
if [ -n "${ORCHESTRATOR_AUTH_USER:-}" ]; then
  login=(--basic --user "$ORCHESTRATOR_AUTH_USER:${ORCHESTRATOR_AUTH_PASSWORD:-}")
fi

command='' alias='' instance='' hostname='' path=''
while [ "$#" -gt 1 ]; do
  case "$1" in
    -c) command="$2" ;;
    -alias) alias="$2" ;;
    -i) instance="$2" ;;
    -hostname) hostname="$2" ;;
    -path) path="$2" ;;
    *) break ;;
  esac
  shift 2
done

refuse() {
  printf '%s\n' "$*" >&2
  exit 1
}

[ "$#" -eq 0 ] || refuse "not understood: $1"

# --- which node ---------------------------------------------------------------------------------------------------

below_api() {
  local url="${1%/}"
  printf '%s/api\n' "${url%/api}"
}

# A node that hangs costs a second.
says_yes() {
  [ "$("$curl" -s -m 1 -o /dev/null -w '%{http_code}' ${login[@]+"${login[@]}"} "$1")" = 200 ]
}

# A single node is taken as it is. Of several the one that leads, else one that can reach the leader.
choose_node() {
  local check each
  chosen="$(below_api "${nodes[0]}")"
  [ "${#nodes[@]}" -gt 1 ] || return 0
  for check in leader-check routed-leader-check; do
    for each in "${nodes[@]}"; do
      chosen="$(below_api "$each")"
      if says_yes "$chosen/$check"; then return 0; fi
    done
  done
  refuse "none of ${nodes[*]} leads"
}

# --- one call -----------------------------------------------------------------------------------------------------

# What is no JSON is asked for again, writes included.
fetch() {
  local pause
  for pause in 0.1 0.2 0.5 0; do
    if answer="$("$curl" -s -m 10 ${login[@]+"${login[@]}"} "$chosen/$1" | "$jq" .)"; then return 0; fi
    sleep "$pause"
  done
  refuse "no answer from $chosen"
}

is_error() { "$jq" -e 'type == "object" and .Code == "ERROR"' <<<"$answer" >/dev/null; }

ask() {
  fetch "$1"
  if is_error; then refuse "$("$jq" -r .Message <<<"$answer")"; fi
}

show() { "$jq" -r "$1" <<<"$answer"; }

needs() { [ -n "$2" ] || refuse "$command needs $1"; }

# The hint goes into the path as it was given.
ask_of_cluster() {
  local hint="${alias:-$instance}"
  needs "-alias or -i" "$hint"
  ask "$1/$hint"
}

ask_leader() {
  ask raft-state
  [ "$(show .)" = Leader ] || refuse "$chosen does not lead"
  ask "$1"
}

whole_answer() {
  needs -path "$path"
  fetch "$path"
  # without quotes: on one line
  # shellcheck disable=SC2086
  echo $answer
  if is_error; then exit 1; fi
}

# --- the commands -------------------------------------------------------------------------------------------------

address='.Key | .Hostname + ":" + (.Port | tostring)'

choose_node
case "$command" in
  which-api) echo "$chosen" ;;
  api) whole_answer ;;
  submit-masters-to-kv-stores) ask "$command/$alias" && show '.Details[] | .Key + ":" + .Value' ;;
  raft-leader) ask_leader raft-leader && show . ;;
  raft-leader-hostname) ask_leader status && show .Details.Hostname ;;
  raft-health) ask raft-health && show . ;;
  raft-elect-leader)
    needs -hostname "$hostname"
    ask_leader "raft-yield-hint/$hostname" && show .Details
    ;;
  clusters) ask clusters-info && show '.[].ClusterName' ;;
  clusters-alias) ask clusters-info && show '.[] | .ClusterName + "," + .ClusterAlias' ;;
  all-clusters-masters) ask masters && show ".[] | $address" ;;
  which-cluster) ask_of_cluster cluster-info && show .ClusterName ;;
  which-cluster-alias) ask_of_cluster cluster-info && show .ClusterAlias ;;
  which-cluster-master) ask_of_cluster master && show .ClusterName ;;
  which-cluster-instances) ask_of_cluster cluster && show ".[] | $address" ;;
  set-cluster-alias)
    needs -i "$instance"
    ask "set-cluster-alias/$instance?alias=$alias" && show .Message
    ;;
  forget-cluster) ask_of_cluster forget-cluster ;;
  *) refuse "no such command: $command" ;;
esac

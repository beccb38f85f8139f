#!/usr/bin/env bash
# Makes an authority of the cluster's own and a certificate for each node, for raft.tls. Needs openssl.
#
#   deploy/certificates.sh DIRECTORY ID=HOST[,HOST...]...
#
#   DIRECTORY  ca.key and ca.pem are made there, or used when they are there already; keep ca.key off the nodes
#   ID=HOST    DIRECTORY/ID gets node.pem, node.key and ca.pem, to be copied to that node; HOST is the host of its
#              address in raft.members, and any other name or address it is reached by
#
#   DAYS       (environment) how long a node's certificate is valid, 365 when not given
set -euo pipefail
umask 077

fail() {
  printf 'certificates: %s\n' "$*" >&2
  exit 1
}

if [ $# -lt 2 ]; then
  sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
command -v openssl >/dev/null || fail "needs openssl"
directory="$1"
shift
mkdir -p "$directory"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

quietly() { "$@" 2>"$scratch/error" || fail "$* failed: $(cat "$scratch/error")"; }

key() { quietly openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }

names() {
  local list="" host
  for host in ${1//,/ }; do
    if [[ "$host" =~ ^[0-9.]+$ || "$host" == *:* ]]; then
      list+="${list:+,}IP:$host"
    else
      list+="${list:+,}DNS:$host"
    fi
  done
  printf '%s' "$list"
}

for node in "$@"; do
  [[ "$node" =~ ^[A-Za-z0-9._-]+=[A-Za-z0-9.:_,*-]+$ ]] || fail "'$node' is not ID=HOST, for example dc1=10.0.1.5"
done

if [ ! -e "$directory/ca.key" ]; then
  key "$directory/ca.key"
  cat >"$scratch/ca.cnf" <<'END'
[req]
distinguished_name = name
x509_extensions = authority
prompt = no
[name]
CN = Heliograph authority
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
END
  quietly openssl req -x509 -new -config "$scratch/ca.cnf" -key "$directory/ca.key" -days 3650 -out "$directory/ca.pem"
fi
[ -r "$directory/ca.pem" ] || fail "$directory/ca.key is there, but no ca.pem beside it"

for node in "$@"; do
  id="${node%%=*}"
  mkdir -p "$directory/$id"
  key "$directory/$id/node.key"
  cat >"$scratch/node.cnf" <<END
[req]
distinguished_name = name
prompt = no
[name]
CN = $id
[node]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = $(names "${node#*=}")
END
  quietly openssl req -new -config "$scratch/node.cnf" -key "$directory/$id/node.key" -out "$scratch/request"
  quietly openssl x509 -req -in "$scratch/request" -CA "$directory/ca.pem" -CAkey "$directory/ca.key" \
    -CAserial "$scratch/serial" -CAcreateserial -days "${DAYS:-365}" -sha256 \
    -extfile "$scratch/node.cnf" -extensions node -out "$directory/$id/node.pem"
  cp "$directory/ca.pem" "$directory/$id/ca.pem"
  printf '%s: %s\n' "$id" "$directory/$id"
done

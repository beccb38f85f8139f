#!/usr/bin/env bash
# Installs the servers that the integration tests talk to, where they are missing and can be had.
#
#   integration-tests/install-servers.sh
#
# What is there already is left alone, so a second run is quick. Consul is unpacked into integration-tests/.servers;
# the others are Debian packages and need root, or sudo without a password. Where a server cannot be had, its tests say
# "skipped: needs ..."; with CI=true a missing server is exit code 1. No service is started.
set -uo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
servers="$here/.servers"
log="$servers/install.log"
policy=/usr/sbin/policy-rc.d
policy_mark="written by Heliograph's install-servers.sh"
consul_suite=bullseye

say() { printf '%s\n' "$*"; }

has() { PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1; }

may_be_root() { [ "$(id -u)" -eq 0 ] || { has sudo && sudo -n true 2>/dev/null; }; }

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi; }

is_debian() { has apt-get && has dpkg && [ -r /etc/os-release ] && (. /etc/os-release && [ "${ID:-}" = debian ]); }

# --- what is there; the tests look in the same places, in the same order ------------------------------------------

have_consul() { [ -x "${CONSUL:-}" ] || [ -x "$servers/bin/consul" ] || has consul; }

have_zookeeper() { [ -n "${ZOOKEEPER_CLASSPATH:-}" ] || [ -r /usr/share/java/zookeeper.jar ]; }

have_mariadb() { { [ -x "${MARIADBD:-}" ] || has mariadbd; } && { [ -x "${MARIADB_INSTALL_DB:-}" ] || has mariadb-install-db; }; }

have_postgresql() {
  local bin
  [ "$(id -u)" -ne 0 ] || { has setpriv && getent passwd postgres >/dev/null; } || return 1
  for bin in "${POSTGRES_BIN:-}" /usr/lib/postgresql/*/bin "$(dirname "$(command -v postgres || echo /none/postgres)")"; do
    if [ -x "$bin/postgres" ] && [ -x "$bin/initdb" ]; then return 0; fi
  done
  return 1
}

have_curl() { [ -x "${CURL:-}" ] || has curl; }

have_jq() { [ -x "${JQ:-}" ] || has jq; }

have_chromium() { { [ -x "${CHROMIUM:-}" ] || has chromium; } && { [ -x "${CHROMEDRIVER:-}" ] || has chromedriver; }; }

# --- Debian packages ----------------------------------------------------------------------------------------------

# Debian starts a service when its package is installed, unless this file says no. An answer of the machine's own
# is put aside and put back.
deny_services() {
  allow_services
  if [ -x "$policy" ]; then
    "$policy" mariadb start >/dev/null 2>&1
    [ $? -eq 101 ] && return
    as_root mv "$policy" "$policy.kept"
  fi
  printf '#!/bin/sh\n# %s\nexit 101\n' "$policy_mark" | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
}

allow_services() {
  if [ -e "$policy" ] && grep -q "$policy_mark" "$policy" 2>/dev/null; then
    as_root rm -f "$policy"
  fi
  if [ ! -e "$policy" ] && [ -e "$policy.kept" ]; then
    as_root mv "$policy.kept" "$policy"
  fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends install "$@" >>"$log" 2>&1
}

install_packages() {
  local package
  say "installing $*"
  trap allow_services EXIT
  trap 'exit 130' INT TERM
  deny_services
  if ! apt_install "$@"; then
    say "refreshing the package lists"
    as_root apt-get -q update >>"$log" 2>&1
    if ! apt_install "$@"; then
      for package in "$@"; do
        apt_install "$package" || say "could not install $package: see $log"
      done
    fi
  fi
  allow_services
  trap - EXIT INT TERM
}

# --- Consul -------------------------------------------------------------------------------------------------------

# This machine's own Debian sources, with the suite changed. $1: the file to write.
sources_of_other_suite() {
  local own
  own="$(. /etc/os-release && echo "${VERSION_CODENAME:-}")"
  : >"$1.sources"
  : >"$1.list"
  cat /etc/apt/sources.list.d/*.sources 2>/dev/null |
    awk -v own="$own" -v other="$consul_suite" '
      function flush() {
        if (stanza != "" && deb && main && suite && enabled) print stanza "\n"
        stanza = ""; deb = main = suite = 0; enabled = 1; field = ""
      }
      function has_word(line, word,   n, i, words) {
        n = split(line, words, /[ \t]+/)
        for (i = 1; i <= n; i++) if (words[i] == word) return 1
        return 0
      }
      BEGIN { enabled = 1 }
      /^[ \t]*$/ { flush(); next }
      /^#/ { next }
      /^[^ \t]/ { field = tolower($0); sub(/:.*/, "", field) }
      field == "types" { if (has_word($0, "deb")) deb = 1; if (!/^[ \t]/) add("Types: deb"); next }
      field == "suites" { if (has_word($0, own)) suite = 1; if (!/^[ \t]/) add("Suites: " other); next }
      field == "components" { if (has_word($0, "main")) main = 1; if (!/^[ \t]/) add("Components: main"); next }
      field == "enabled" { if (tolower($0) ~ /no|false/) enabled = 0; next }
      { add($0) }
      function add(line) { stanza = stanza (stanza == "" ? "" : "\n") line }
      END { flush() }' >"$1.sources"
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
    awk -v own="$own" -v other="$consul_suite" '
      $1 != "deb" { next }
      {
        options = ""; rest = $0
        sub(/^[ \t]*deb[ \t]+/, "", rest)
        if (rest ~ /^\[/) { options = rest; sub(/\].*/, "] ", options); sub(/^\[[^]]*\][ \t]*/, "", rest) }
        n = split(rest, words, /[ \t]+/)
        for (i = 3; i <= n; i++) if (words[2] == own && words[i] == "main") { print "deb " options words[1], other, "main"; break }
      }' >"$1.list"
  if [ -s "$1.sources" ]; then
    echo "$1.sources"
  elif [ -s "$1.list" ]; then
    echo "$1.list"
  fi
}

# Downloads one package with apt-get options of its own and unpacks it. $1: package, then the options.
unpack_package() {
  local package="$1"
  shift
  rm -rf "$servers/download" "${servers:?}/$package"
  mkdir -p "$servers/download"
  (cd "$servers/download" && apt-get -q "$@" download "$package") >>"$log" 2>&1 || return 1
  dpkg -x "$servers"/download/"$package"_*.deb "$servers/$package" >>"$log" 2>&1 || return 1
  rm -rf "$servers/download"
}

# Debian 12 has no Consul; Debian 11 has, and its binary needs nothing but libc. The lists of packages are kept apart
# from the machine's own, and removed afterwards.
fetch_consul() {
  local apt="$servers/apt" sources
  say "fetching consul"
  if ! unpack_package consul; then
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    sources="$(sources_of_other_suite "$apt/other")"
    if [ -z "$sources" ]; then
      say "could not fetch consul: no Debian source found on this machine"
      return 1
    fi
    local options=(
      -o "Dir::Etc::sourcelist=$sources" -o Dir::Etc::sourceparts=-
      -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o Acquire::Languages=none
    )
    # a source that has no such suite fails the update, and is no matter as long as another one has it
    apt-get -q "${options[@]}" update >>"$log" 2>&1
    unpack_package consul "${options[@]}" || {
      say "could not fetch consul: see $log"
      return 1
    }
    rm -rf "$apt"
  fi
  mkdir -p "$servers/bin"
  ln -sfn ../consul/usr/bin/consul "$servers/bin/consul"
  "$servers/bin/consul" version >>"$log" 2>&1 || {
    say "could not run the consul that was fetched: see $log"
    rm -f "$servers/bin/consul"
    return 1
  }
}

# --- all of it ----------------------------------------------------------------------------------------------------

packages=()
have_zookeeper || packages+=(zookeeper)
have_mariadb || packages+=(mariadb-server)
have_postgresql || packages+=(postgresql)
has ip || packages+=(iproute2)
has nft || packages+=(nftables)
has openssl || packages+=(openssl)
have_curl || packages+=(curl)
have_jq || packages+=(jq)
have_chromium || packages+=(chromium chromium-driver)

if is_debian; then
  mkdir -p "$servers"
  have_consul || fetch_consul
  if [ "${#packages[@]}" -gt 0 ]; then
    if may_be_root; then
      install_packages "${packages[@]}"
    else
      say "neither root nor sudo without a password: cannot install ${packages[*]}"
    fi
  fi
fi

missing=0
for server in consul zookeeper mariadb postgresql chromium; do
  if "have_$server"; then
    say "$server: here"
  elif [ "$server" = zookeeper ]; then
    say "zookeeper: not installed; the tests start the one among their own libraries"
  else
    say "$server: missing; without a container engine its tests will say \"skipped: needs $server\""
    missing=$((missing + 1))
  fi
done
for tool in ip nft; do
  has "$tool" || say "$tool: missing; tests that cut networks will say \"skipped: needs $tool\""
done

tools=0
for tool in curl jq; do
  if ! "have_$tool"; then
    say "$tool: missing; tests of operators' scripts will say \"skipped: needs $tool\""
    tools=$((tools + 1))
  fi
done
if [ "$tools" -gt 0 ] && [ "${CI:-}" = true ]; then
  say "CI=true and $tools of curl and jq missing: every test must run here"
  exit 1
fi

if [ "$missing" -gt 0 ] && [ "${CI:-}" = true ]; then
  if has docker && docker info >/dev/null 2>&1; then
    say "a container engine runs: the tests take the missing $missing from there"
  else
    say "CI=true and $missing of the servers missing: every test must run here"
    exit 1
  fi
fi
exit 0

# To be sourced by the scripts beside it, which have set here, root, distribution, classpath_file, build and a function
# fail: makes sure that the distribution and the test classes are there and new, unless build is "no".
# shellcheck shell=bash disable=SC2154

is_stale() {
  [ ! -x "$distribution/bin/heliograph" ] && return 0
  [ -n "$(find "$root/pom.xml" "$root"/{kv-adapters,raft-fsm,daemon}/{pom.xml,src/main} \
    -newer "$distribution/lib" -print -quit)" ]
}

maven() {
  local log
  log="$(mktemp)"
  if ! (cd "$root" && exec mvn -B -ntp "$@") >"$log" 2>&1; then
    grep -E 'ERROR' "$log" | head -10 >&2
    fail "the build failed; all of its output is in $log"
  fi
  rm -f "$log"
}

if [ "$build" = yes ]; then
  command -v mvn >/dev/null 2>&1 || fail "Maven is not on the PATH; --no-build takes what is built already"
  if is_stale; then
    maven -Dmaven.test.skip=true -pl daemon -am package
    touch "$distribution/lib"
  fi
  maven -pl integration-tests -am test-compile dependency:build-classpath -Dmdep.outputFile=target/test-classpath.txt \
    -Dmdep.includeScope=test
fi
[ -x "$distribution/bin/heliograph" ] || fail "no $distribution/bin/heliograph: run without --no-build"
[ -r "$classpath_file" ] || fail "no $classpath_file: run without --no-build"

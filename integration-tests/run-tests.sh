#!/usr/bin/env bash
# Runs every test of the project, and says how many passed.
#
#   integration-tests/run-tests.sh [--no-install] [arguments for Maven]
#
# Needs a JDK 17 or newer (JAVA_HOME, or java on the PATH), Maven and bash. Servers that are missing are installed first
# where that is possible (install-servers.sh). The last line reads "N passed, N failed, N skipped"; the exit code is 0
# when the build went through, at least one test ran and none failed.
set -uo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname "$here")"
install=yes
arguments=()
for argument in "$@"; do
  case "$argument" in
    --no-install) install=no ;;
    -h | --help)
      sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
      exit 0
      ;;
    *) arguments+=("$argument") ;;
  esac
done

reports() {
  find "$root" -path '*/target/*-reports/TEST-*.xml' -not -path '*/.servers/*' -type f "$@"
}

# Every report's first element holds its counts: <testsuite ... tests="4" errors="0" skipped="1" failures="0">
# Prints a line "tests failed skipped" for each report.
totals() {
  reports -exec awk '
    function count(name) {
      if (!match(suite, "[ \t\n]" name "=\"[0-9]+\"")) return 0
      value = substr(suite, RSTART, RLENGTH)
      gsub(/[^0-9]/, "", value)
      return value + 0
    }
    FNR == 1 { state = "before" }
    state == "before" && /<testsuite[ \t]/ { state = "inside"; suite = ""; sub(/.*<testsuite/, "") }
    state == "inside" {
      suite = suite "\n" $0
      if (index($0, ">")) {
        print count("tests"), count("errors") + count("failures"), count("skipped")
        state = "after"
      }
    }' {} +
}

skip_reasons() {
  reports -exec sed -n \
    -e 's/.*<skipped[^>]* message="\([^"]*\)".*/\1/p' -e t \
    -e 's/.*<skipped[^>]*><!\[CDATA\[[A-Za-z0-9.$]*: *\(.*\)/\1/p' {} + |
    sort | uniq -c | sed 's/^ *\([0-9]*\) /\1 x /'
}

if ! command -v mvn >/dev/null 2>&1; then
  echo "the build did not start: mvn is not on the PATH"
  echo "0 passed, 0 failed, 0 skipped"
  exit 1
fi

if [ "$install" = yes ] && ! "$here/install-servers.sh"; then
  echo "the build did not start: servers are missing"
  echo "0 passed, 0 failed, 0 skipped"
  exit 1
fi

reports -exec rm -f {} +
# a failed test does not keep the other modules' tests from running; a test JVM that dies still breaks the build
(cd "$root" && mvn -B -ntp --fail-at-end -Dmaven.test.failure.ignore=true verify ${arguments[@]+"${arguments[@]}"})
build=$?

counted="$(totals | awk '{ all += $1; failed += $2; skipped += $3 }
  END { printf "%d %d %d\n", all - failed - skipped, failed, skipped }')"
read -r passed failed skipped <<<"$counted"

echo
skip_reasons
if [ "$build" -ne 0 ]; then
  echo "the build broke: Maven ended with exit code $build"
elif [ "$((passed + failed))" -eq 0 ]; then
  echo "no test ran"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$build" -eq 0 ] && [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

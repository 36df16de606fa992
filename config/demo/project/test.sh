#!/bin/sh
# Runs the suites named, or all of test/. Exit 1 when a test fails, 2 when a suite is missing.
cd "$(dirname "$0")" || exit 2
passed=0
failed=0

expect() {
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
    echo "ok    $1"
  else
    failed=$((failed + 1))
    echo "FAIL  $1: expected '$2', got '$3'"
  fi
}

if [ $# -eq 0 ]; then
  for file in test/*.test.sh; do
    suite=${file#test/}
    set -- "$@" "${suite%.test.sh}"
  done
fi
for suite; do
  if [ ! -f "test/$suite.test.sh" ]; then
    echo "no suite test/$suite.test.sh" >&2
    exit 2
  fi
  . "./test/$suite.test.sh"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

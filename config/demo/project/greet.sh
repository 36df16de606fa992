#!/bin/sh
# greet.sh hello|bye [NAME]
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib/greeting.sh"
. "$here/lib/farewell.sh"

case ${1:-} in
  hello) shift && greeting "$@" ;;
  bye) shift && farewell "$@" ;;
  *)
    echo 'usage: greet.sh hello|bye [NAME]' >&2
    exit 2
    ;;
esac

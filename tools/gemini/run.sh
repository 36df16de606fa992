#!/usr/bin/env bash
# One headless turn of Gemini CLI; the prompt arrives on stdin.
set -euo pipefail

here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
# Left by a surrounding Gemini CLI; this one is a session of its own.
unset GEMINI_CLI GEMINI_CLI_RUN_ID GEMINI_CLI_IDE_SERVER_PORT GEMINI_CLI_IDE_WORKSPACE_PATH

argv=(gemini --output-format stream-json --skip-trust)
if [[ -n ${ORCHESTRA_MODEL-} ]]; then argv+=(--model "$ORCHESTRA_MODEL"); fi
if [[ -n ${ORCHESTRA_SESSION-} ]]; then argv+=(--resume "$ORCHESTRA_SESSION"); fi

case ${ORCHESTRA_ACCESS-edit} in
  # Not --approval-mode plan: without a terminal it approves its own exit, and everything after it.
  read-only) argv+=(--approval-mode default --policy "$here/read-only.toml" --admin-policy "$here/read-only.toml") ;;
  edit) argv+=(--approval-mode auto_edit --allowed-tools 'run_shell_command,write_todos') ;;
  full) argv+=(--approval-mode yolo) ;;
  *)
    echo "run.sh: unknown ORCHESTRA_ACCESS '$ORCHESTRA_ACCESS'" >&2
    exit 2
    ;;
esac

# A text that starts with a slash may be run as a command of the CLI; with a line break before it, it is sent.
if [[ -n ${ORCHESTRA_PROMPT_FILE-} && $(head -c 1 "$ORCHESTRA_PROMPT_FILE" | tr -d '\0') == / ]]; then
  exec < <(echo && cat "$ORCHESTRA_PROMPT_FILE")
fi

# It ends without waiting for what a full pipe has not taken; a file takes all of it.
out=$(mktemp "${ORCHESTRA_RUN_DIR:-${TMPDIR:-/tmp}}/gemini-XXXXXX")
"${argv[@]}" <&0 >"$out" &
pid=$!
trap : TERM INT HUP

# Passes on what comes until the CLI has ended, come what may.
follow() {
  trap '' TERM INT HUP
  if [[ $OSTYPE == linux-gnu* ]]; then
    exec tail -c +1 -s 0.1 --pid="$pid" ---disable-inotify -f "$out"
  fi
  exec <"$out"
  while kill -0 "$pid" 2>/dev/null; do
    cat
    sleep 0.2
  done
  cat
}
# bash tells of a death by a signal, in words of its own.
exec 2>/dev/null
(follow) || true

exited=$(jobs -l)
status=0
wait "$pid" || status=$?
rm -f "$out"
# A death by a signal goes on as one; some of its own codes are above 128.
if ((status > 128)) && [[ $exited != *" $pid Exit "* ]]; then
  trap - TERM INT HUP
  ulimit -c 0
  kill -s "$((status - 128))" $$
fi
exit "$status"

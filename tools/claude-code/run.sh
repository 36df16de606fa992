#!/usr/bin/env bash
# One headless turn of Claude Code; the prompt arrives on stdin.
set -euo pipefail

export DISABLE_AUTOUPDATER="${DISABLE_AUTOUPDATER-1}"
export CLAUDE_CODE_MAX_RETRIES="${CLAUDE_CODE_MAX_RETRIES-4}"
# Left by a surrounding Claude Code; this one is a session of its own.
unset CLAUDECODE CLAUDE_EFFORT CLAUDE_PID
unset CLAUDE_CODE_CHILD_NOTES_DIR CLAUDE_CODE_CHILD_SESSION CLAUDE_CODE_ENTRYPOINT CLAUDE_CODE_EXECPATH
unset CLAUDE_CODE_MESSAGING_SOCKET CLAUDE_CODE_MESSAGING_TOKEN CLAUDE_CODE_SESSION_ATTENDED CLAUDE_CODE_SESSION_ID

argv=(claude --print --output-format stream-json --verbose)
if [[ -n ${ORCHESTRA_MODEL-} ]]; then argv+=(--model "$ORCHESTRA_MODEL"); fi
if [[ -n ${ORCHESTRA_SESSION-} ]]; then argv+=(--resume "$ORCHESTRA_SESSION"); fi
if [[ -n ${ORCHESTRA_BUDGET_USD-} ]]; then argv+=(--max-budget-usd "$ORCHESTRA_BUDGET_USD"); fi

case ${ORCHESTRA_ACCESS-edit} in
  read-only) argv+=(--permission-mode dontAsk --tools Read,Grep,Glob,Agent,WebFetch,WebSearch) ;;
  edit) argv+=(--permission-mode acceptEdits --allowedTools Bash) ;;
  full)
    # The bypass is refused to root outside a declared sandbox.
    if [[ $EUID -ne 0 || ${IS_SANDBOX-} == 1 ]]; then
      argv+=(--permission-mode bypassPermissions)
    else
      argv+=(--permission-mode acceptEdits --allowedTools Bash,Edit,Write,NotebookEdit,Read,WebFetch,WebSearch)
    fi
    ;;
  *)
    echo "run.sh: unknown ORCHESTRA_ACCESS '$ORCHESTRA_ACCESS'" >&2
    exit 2
    ;;
esac

# A text that starts with a slash is run as a command of the CLI, not sent, unless a further block follows it.
# The CLI drops the empty one.
message_line() {
  local LC_ALL=C text code char escape
  IFS= read -r -d '' text <"$ORCHESTRA_PROMPT_FILE" || true
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  for code in {1..31}; do
    printf -v escape '\\u%04x' "$code"
    printf -v char "\\x$(printf '%x' "$code")"
    text=${text//"$char"/"$escape"}
  done
  printf '{"type":"user","message":{"role":"user","content":[{"type":"text","text":"%s"},{"type":"text","text":""}]}}\n' "$text"
}

if [[ -n ${ORCHESTRA_PROMPT_FILE-} && $(head -c 1 "$ORCHESTRA_PROMPT_FILE" | tr -d '\0') == / ]]; then
  exec "${argv[@]}" --input-format stream-json < <(message_line)
fi
exec "${argv[@]}"

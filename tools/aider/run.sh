#!/usr/bin/env bash
# One headless turn of aider; the prompt arrives as a file.
set -euo pipefail

run_dir=${ORCHESTRA_RUN_DIR:?}
prompt=${ORCHESTRA_PROMPT_FILE:?}

# Every question is answered with yes, also whether to open a web page.
export BROWSER=true
# Its lines, figures included, are else wrapped at 80 columns.
export COLUMNS=10000

argv=(
  aider --yes-always --no-pretty --no-stream --no-fancy-input
  --no-check-update --no-show-release-notes --no-show-model-warnings --no-analytics
  --no-suggest-shell-commands --no-detect-urls --disable-playwright
  --no-auto-commits --no-dirty-commits --no-gitignore
  --input-history-file "$run_dir/aider.input" --analytics-log "$run_dir/aider.jsonl"
)
if [[ -n ${ORCHESTRA_MODEL-} ]]; then argv+=(--model "$ORCHESTRA_MODEL"); fi

case ${ORCHESTRA_ACCESS-edit} in
  read-only) argv+=(--chat-mode ask --dry-run --no-auto-lint --no-auto-test) ;;
  edit | full) ;;
  *)
    echo "run.sh: unknown ORCHESTRA_ACCESS '$ORCHESTRA_ACCESS'" >&2
    exit 2
    ;;
esac

# A session is the chat history of the run before; the run's number is the name of its folder.
chat=$run_dir/aider.chat.md
argv+=(--chat-history-file "$chat")
if [[ -n ${ORCHESTRA_SESSION-} ]]; then
  run=${run_dir##*/}
  before=${run_dir%/*}/$((10#${run//[!0-9]/} - 1))/aider.chat.md
  if [[ ! -r $before ]]; then
    echo "run.sh: the conversation cannot be resumed: $before not found" >&2
    exit 2
  fi
  cp "$before" "$chat"
  argv+=(--restore-chat-history)
fi

if top=$(git rev-parse --show-toplevel 2>/dev/null); then
  # Its index of the code lies there: git shall not see it.
  cache=$top/.aider.tags.cache.v4
  mkdir -p "$cache" && echo '*' >"$cache/.gitignore"
  # A missing identity it would write into the repository's configuration.
  if ! git config user.name || ! git config user.email; then
    export GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=user.name GIT_CONFIG_VALUE_0=aider
    export GIT_CONFIG_KEY_1=user.email GIT_CONFIG_VALUE_1=aider@localhost
  fi >/dev/null
else
  argv+=(--no-git)
fi

# What begins with one of these is run as a command, not sent. Without a prompt it would read one from stdin.
if [[ $(head -c 1 "$prompt" | tr -d '\0') == [/!] ]]; then
  exec "${argv[@]}" --message-file <(echo && cat "$prompt") </dev/null
fi
exec "${argv[@]}" --message-file "$prompt" </dev/null

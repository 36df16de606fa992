#!/usr/bin/env bash
# One headless turn of Qwen Code; the prompt arrives on stdin.
set -euo pipefail

# Left by a surrounding Qwen Code; this one is a session of its own.
unset QWEN_CODE QWEN_CODE_IDE_SERVER_PORT QWEN_CODE_IDE_WORKSPACE_PATH

argv=(qwen --output-format stream-json)
if [[ -n ${ORCHESTRA_MODEL-} ]]; then argv+=(--model "$ORCHESTRA_MODEL"); fi
if [[ -n ${ORCHESTRA_SESSION-} ]]; then argv+=(--resume "$ORCHESTRA_SESSION"); fi

case ${ORCHESTRA_ACCESS-edit} in
  read-only)
    argv+=(--approval-mode plan --core-tools 'read_file,glob,grep_search,list_directory,web_fetch')
    argv+=(--exclude-tools 'agent,enter_worktree,record_artifact')
    ;;
  edit) argv+=(--approval-mode auto-edit --allowed-tools run_shell_command) ;;
  full) argv+=(--approval-mode yolo) ;;
  *)
    echo "run.sh: unknown ORCHESTRA_ACCESS '$ORCHESTRA_ACCESS'" >&2
    exit 2
    ;;
esac

# A text that starts with a slash may be run as a command of the CLI; with a line break before it, it is sent.
if [[ -n ${ORCHESTRA_PROMPT_FILE-} && $(head -c 1 "$ORCHESTRA_PROMPT_FILE" | tr -d '\0') == / ]]; then
  exec "${argv[@]}" < <(echo && cat "$ORCHESTRA_PROMPT_FILE")
fi
exec "${argv[@]}"

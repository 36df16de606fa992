#!/usr/bin/env bash
# One headless turn of Qwen Code; the prompt arrives on stdin.
set -euo pipefail

argv=(qwen --output-format stream-json)
if [[ -n ${ORCHESTRA_MODEL-} ]]; then argv+=(--model "$ORCHESTRA_MODEL"); fi
if [[ -n ${ORCHESTRA_SESSION-} ]]; then argv+=(--resume "$ORCHESTRA_SESSION"); fi

case ${ORCHESTRA_ACCESS-edit} in
  read-only) argv+=(--approval-mode plan) ;;
  edit) argv+=(--approval-mode auto-edit --allowed-tools run_shell_command) ;;
  full) argv+=(--approval-mode yolo) ;;
  *)
    echo "run.sh: unknown ORCHESTRA_ACCESS '$ORCHESTRA_ACCESS'" >&2
    exit 2
    ;;
esac

exec "${argv[@]}"

#!/usr/bin/env bash
# One headless turn of the Cursor CLI; the prompt arrives on stdin.
set -euo pipefail

export NO_OPEN_BROWSER="${NO_OPEN_BROWSER-1}"

# --trust answers the question about the folder; it permits no tool.
argv=(cursor-agent --print --output-format stream-json --trust)
if [[ -n ${ORCHESTRA_MODEL-} ]]; then argv+=(--model "$ORCHESTRA_MODEL"); fi
if [[ -n ${ORCHESTRA_SESSION-} ]]; then argv+=("--resume=$ORCHESTRA_SESSION"); fi

case ${ORCHESTRA_ACCESS-edit} in
  read-only) argv+=(--mode ask --sandbox enabled) ;;
  edit) argv+=(--force --sandbox enabled) ;;
  full) argv+=(--force --sandbox disabled) ;;
  *)
    echo "run.sh: unknown ORCHESTRA_ACCESS '$ORCHESTRA_ACCESS'" >&2
    exit 2
    ;;
esac

exec "${argv[@]}"

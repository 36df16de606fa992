#!/usr/bin/env bash
# One headless turn; the prompt arrives on stdin. It ends with exec, so that signals reach the program itself.
set -euo pipefail

# The flags below are invented: put those of the program in their place.
argv=('@NAME@' --print)
if [[ -n ${ORCHESTRA_MODEL-} ]]; then argv+=(--model "$ORCHESTRA_MODEL"); fi

case ${ORCHESTRA_ACCESS-edit} in
  read-only | edit | full) argv+=(--access "$ORCHESTRA_ACCESS") ;;
  *)
    echo "run.sh: unknown ORCHESTRA_ACCESS '$ORCHESTRA_ACCESS'" >&2
    exit 2
    ;;
esac

exec "${argv[@]}"

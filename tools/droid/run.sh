#!/usr/bin/env bash
# One headless turn of Droid; the prompt arrives on stdin.
set -euo pipefail

export FACTORY_DROID_AUTO_UPDATE_ENABLED="${FACTORY_DROID_AUTO_UPDATE_ENABLED-false}"

argv=(droid exec --output-format stream-json)
if [[ -n ${ORCHESTRA_MODEL-} ]]; then argv+=(--model "$ORCHESTRA_MODEL"); fi
# --session-id asks the vendor's server for the session; a fork is made of what lies here.
if [[ -n ${ORCHESTRA_SESSION-} ]]; then argv+=(--fork "$ORCHESTRA_SESSION"); fi

case ${ORCHESTRA_ACCESS-edit} in
  read-only) argv+=(--only-tools 'Read,LS,Grep,Glob') ;;
  edit) argv+=(--auto medium) ;;
  full) argv+=(--skip-permissions-unsafe) ;;
  *)
    echo "run.sh: unknown ORCHESTRA_ACCESS '$ORCHESTRA_ACCESS'" >&2
    exit 2
    ;;
esac

exec "${argv[@]}"

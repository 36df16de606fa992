#!/usr/bin/env bash
# One headless turn of OpenCode; the prompt arrives on stdin.
set -euo pipefail

export OPENCODE_DISABLE_AUTOUPDATE="${OPENCODE_DISABLE_AUTOUPDATE-1}"
# Left by a surrounding OpenCode; this one is a session of its own.
unset AGENT OPENCODE OPENCODE_PID

# Without a title the CLI asks a model for one, and that call is in no figure it tells.
argv=(opencode run --format json --title "${ORCHESTRA_TASK:-task}")
if [[ -n ${ORCHESTRA_MODEL-} ]]; then argv+=(--model "$ORCHESTRA_MODEL"); fi
if [[ -n ${ORCHESTRA_SESSION-} ]]; then argv+=(--session "$ORCHESTRA_SESSION"); fi

case ${ORCHESTRA_ACCESS-edit} in
  read-only)
    # An agent of our own: its rules stand above what the user's configuration allows.
    export OPENCODE_CONFIG_CONTENT='{"agent":{"orchestra-read-only":{"mode":"primary","permission":{"*":"deny","read":"allow","grep":"allow","glob":"allow","list":"allow","webfetch":"allow","websearch":"allow","todowrite":"allow","todoread":"allow"}}}}'
    unset OPENCODE_PERMISSION
    argv+=(--agent orchestra-read-only)
    ;;
  edit)
    # A rule that would ask ends the whole run, one that denies leaves the model to go on.
    export OPENCODE_PERMISSION="${OPENCODE_PERMISSION-{\"external_directory\":\"deny\"\}}"
    ;;
  full) argv+=(--auto) ;;
  *)
    echo "run.sh: unknown ORCHESTRA_ACCESS '$ORCHESTRA_ACCESS'" >&2
    exit 2
    ;;
esac

exec "${argv[@]}"

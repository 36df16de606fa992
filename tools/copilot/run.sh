#!/usr/bin/env bash
# One headless turn of Copilot CLI; the prompt arrives on stdin. The stream holds no tokens: the CLI writes them to a
# file when it ends, which goes out as a last line of its own. The exit status stays the CLI's.
set -euo pipefail

argv=(copilot --output-format json --stream off --no-color --no-auto-update --no-ask-user --no-remote --no-remote-export)
if [[ -n ${ORCHESTRA_MODEL-} ]]; then argv+=(--model "$ORCHESTRA_MODEL"); fi
if [[ -n ${ORCHESTRA_SESSION-} ]]; then argv+=("--resume=$ORCHESTRA_SESSION"); fi

# It would open what the level leaves shut.
unset COPILOT_ALLOW_ALL

case ${ORCHESTRA_ACCESS-edit} in
  read-only)
    argv+=('--available-tools=view,grep,glob' --deny-tool=write --deny-tool=shell --disable-builtin-mcps)
    ;;
  edit) argv+=(--allow-all-tools) ;;
  full) argv+=(--allow-all) ;;
  *)
    echo "run.sh: unknown ORCHESTRA_ACCESS '$ORCHESTRA_ACCESS'" >&2
    exit 2
    ;;
esac

# It is renamed into place: never name a device here.
folder=$(mktemp -d)
usage=$folder/usage.json
trap 'rm -rf "$folder"' EXIT
# A signal is for the CLI, which is in the same group; its usage is still to be told.
trap : TERM INT HUP

code=0
"${argv[@]}" --usage-output-file "$usage" || code=$?
# Started by npm, a signal ends its launcher at once, while the program itself still writes.
if ((code > 128)); then
  for ((i = 0; i < 30; i++)); do
    if [[ -s $usage ]]; then break; fi
    sleep 0.1
  done
fi
if [[ -s $usage ]]; then
  printf '{"type":"usage_output_file","data":%s}\n' "$(tr -d '\r\n' <"$usage")"
fi
exit "$code"

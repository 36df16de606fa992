#!/usr/bin/env bash
# A scripted agent: picks a scenario by the words of the prompt and plays it in the current folder.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in json stream steps; do
  # shellcheck source=/dev/null
  . "$here/$part.sh"
done

if [[ ${1:-} == --version ]]; then
  printf 'rehearsal 1.0.0\n'
  exit 0
fi

access=${ORCHESTRA_ACCESS:-edit}
pace=${REHEARSAL_PACE:-0.5}
if ! [[ $pace =~ ^([0-9]+\.?[0-9]*|\.[0-9]+)$ ]]; then
  printf 'rehearsal: REHEARSAL_PACE is %s; expected seconds for each step, such as 0.5\n' "$pace" >&2
  exit 2
fi

# The x keeps final newlines.
if [[ -n ${ORCHESTRA_PROMPT_FILE:-} ]]; then
  prompt=$(cat -- "$ORCHESTRA_PROMPT_FILE" && printf x)
else
  prompt=$(tr -d '\000' && printf x)
fi
prompt=${prompt%x}
words=$(printf '%s' "$prompt" | tr 'A-Z' 'a-z')

# Whether the prompt has all these words; for scenarios.
asked() {
  local word
  for word; do [[ $words == *"$word"* ]] || return 1; done
}

# Each scenario sets `title` and `todos`, and defines `matches` and `play`.
for scenario in fix-greeting farewell-tests usage-docs general; do
  # shellcheck source=/dev/null
  . "$here/scenarios/$scenario.sh"
  if matches; then break; fi
done

trap end_children EXIT
open_session "${ORCHESTRA_SESSION:-}"
emit_init "$([[ $access == read-only ]] && printf plan || printf acceptEdits)"

opening="This is a rehearsal: I am a script, no model is asked. My part: $title."
if [[ -n ${ORCHESTRA_MODEL:-} ]]; then opening+=" The model $ORCHESTRA_MODEL stays unused."; fi
if [[ -n ${ORCHESTRA_SESSION:-} ]]; then opening="I resume session $ORCHESTRA_SESSION. $opening"; fi
say "$opening"

if [[ $access == read-only ]]; then
  # shellcheck source=/dev/null
  . "$here/scenarios/look.sh"
fi
play

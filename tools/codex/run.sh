#!/usr/bin/env bash
# One headless turn of Codex; the prompt arrives on stdin.
set -euo pipefail

# Left by a surrounding Codex; this one is a thread of its own.
unset CODEX_CI CODEX_SANDBOX CODEX_SANDBOX_NETWORK_DISABLED CODEX_SESSION_ID CODEX_THREAD_ID CODEX_TOOL_CALL_ID

argv=(codex exec --json --skip-git-repo-check)
if [[ -n ${ORCHESTRA_MODEL-} ]]; then argv+=(--model "$ORCHESTRA_MODEL"); fi

case ${ORCHESTRA_ACCESS-edit} in
  read-only) argv+=(--sandbox read-only) ;;
  edit) argv+=(--sandbox workspace-write) ;;
  full) argv+=(--dangerously-bypass-approvals-and-sandbox) ;;
  *)
    echo "run.sh: unknown ORCHESTRA_ACCESS '$ORCHESTRA_ACCESS'" >&2
    exit 2
    ;;
esac

if [[ -n ${ORCHESTRA_SESSION-} ]]; then argv+=(resume "$ORCHESTRA_SESSION"); fi
exec "${argv[@]}" -

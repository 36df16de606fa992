#!/usr/bin/env bash
# One turn of the scripted agent; the prompt arrives on stdin.
exec "$(dirname "${BASH_SOURCE[0]}")/agent.sh"

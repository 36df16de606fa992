# Events of the format claude-stream-json on stdout. Sourced by agent.sh.

readonly no_usage='{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}'
session_json=''
turns=0
tool_use=''

random_hex() { od -An -v -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# Sets the session, a new one (a version 4 UUID) when the argument is empty.
open_session() {
  local hex
  hex=$(random_hex)
  run_id=${hex:0:12}
  session_json=$(json_string "${1:-${hex:0:8}-${hex:8:4}-4${hex:13:3}-a${hex:17:3}-${hex:20:12}}")
}

emit_init() {
  printf '{"type":"system","subtype":"init","cwd":%s,"session_id":%s,"tools":["Bash","Edit","Read","TodoWrite","Write"],"mcp_servers":[],"model":"scripted","permissionMode":%s}\n' \
    "$(json_string "$PWD")" "$session_json" "$(json_string "$1")"
}

# One content block, as JSON, in a message of its own.
emit_assistant() {
  turns=$((turns + 1))
  printf '{"type":"assistant","message":{"id":"msg_%s_%s","type":"message","role":"assistant","model":"scripted","content":[%s],"stop_reason":null,"usage":%s},"parent_tool_use_id":null,"session_id":%s}\n' \
    "$run_id" "$turns" "$1" "$no_usage" "$session_json"
}

emit_text() { emit_assistant "{\"type\":\"text\",\"text\":$(json_string "$1")}"; }

# A tool's name and its input as JSON.
emit_tool_use() {
  tool_use=toolu_${run_id}_$((turns + 1))
  emit_assistant "{\"type\":\"tool_use\",\"id\":\"$tool_use\",\"name\":\"$1\",\"input\":$2}"
}

# What the last tool gave, as a JSON string, and whether that is an error.
emit_tool_result() {
  printf '{"type":"user","message":{"role":"user","content":[{"tool_use_id":"%s","type":"tool_result","content":%s,"is_error":%s}]},"parent_tool_use_id":null,"session_id":%s}\n' \
    "$tool_use" "$1" "${2:-false}" "$session_json"
}

# subtype, is_error, terminal_reason, answer.
emit_result() {
  printf '{"type":"result","subtype":"%s","is_error":%s,"duration_ms":%d,"duration_api_ms":0,"num_turns":%d,"result":%s,"stop_reason":"end_turn","session_id":%s,"total_cost_usd":0,"usage":%s,"modelUsage":{},"permission_denials":[],"terminal_reason":"%s"}\n' \
    "$1" "$2" $((SECONDS * 1000)) "$turns" "$(json_string "$4")" "$session_json" "$no_usage" "$3"
}

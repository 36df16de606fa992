# What a scenario can do. Each step shows itself in the stream and then really happens. Sourced by agent.sh.

todos=()
todos_done=0
last_exit=0

# Background, so that a signal is obeyed at once.
pause() {
  [[ $pace =~ ^0*\.?0*$ ]] && return 0
  sleep "$pace" >/dev/null 2>&1 </dev/null &
  wait $! || true
}

# Its own children only; for the end of the script, however it comes.
end_children() {
  local child
  for child in $(jobs -pr); do kill "$child" 2>/dev/null || true; done
  wait
}

fail() {
  emit_text "$1"
  emit_result error_during_execution true completed "$1"
  printf 'rehearsal: %s\n' "$1" >&2
  exit 1
}

must_be_allowed() {
  if [[ $access == read-only ]]; then fail "access is read-only, so I do not $1"; fi
}

say() {
  pause
  emit_text "$1"
}

show_todos() {
  local list='' index state
  for ((index = 0; index < ${#todos[@]}; index++)); do
    state=pending
    if ((index == todos_done)); then state=in_progress; fi
    if ((index < todos_done)); then state=completed; fi
    list+="${list:+,}{\"content\":$(json_string "${todos[index]}"),\"status\":\"$state\",\"activeForm\":$(json_string "${todos[index]}")}"
  done
  emit_tool_use TodoWrite "{\"todos\":[$list]}"
  emit_tool_result '"Todos have been modified successfully."'
}

start_todos() {
  pause
  show_todos
}

todo_done() {
  todos_done=$((todos_done + 1))
  show_todos
}

# Shows at most the first 8 KB.
read_file() {
  pause
  emit_tool_use Read "{\"file_path\":$(json_string "$1")}"
  [[ -r $1 ]] || fail "cannot read $1"
  emit_tool_result "$(head -c 8192 "$1" | awk '{ printf "%6d\t%s\n", NR, $0 }' | json_stdin)"
}

# PATH OLD NEW: replaces the first OLD, which must be there.
edit_file() {
  local content
  must_be_allowed "edit $1"
  pause
  emit_tool_use Edit \
    "{\"file_path\":$(json_string "$1"),\"old_string\":$(json_string "$2"),\"new_string\":$(json_string "$3")}"
  content=$(cat "$1" && printf x) || fail "cannot read $1"
  content=${content%x}
  [[ $content == *"$2"* ]] || fail "the text to replace is not in $1"
  { printf '%s' "${content%%"$2"*}$3${content#*"$2"}" >"$1"; } 2>/dev/null || fail "cannot write $1"
  emit_tool_result "$(json_string "The file $1 has been updated.")"
}

# PATH, content on stdin: a new file; never over one that is there.
write_file() {
  local content
  must_be_allowed "write $1"
  pause
  content=$(cat && printf x)
  content=${content%x}
  emit_tool_use Write "{\"file_path\":$(json_string "$1"),\"content\":$(json_string "$content")}"
  (set -C && printf '%s' "$content" >"$1") 2>/dev/null || fail "cannot create $1"
  emit_tool_result "$(json_string "File created successfully at: $1")"
}

# COMMAND DESCRIPTION: leaves its exit code in last_exit, what it printed in last_output.
run_command() {
  must_be_allowed "run $1"
  pause
  emit_tool_use Bash "{\"command\":$(json_string "$1"),\"description\":$(json_string "$2")}"
  last_exit=0
  last_output=$(sh -c "$1" 2>&1 </dev/null) || last_exit=$?
  if ((last_exit == 0)); then
    emit_tool_result "$(json_string "$last_output")"
  else
    emit_tool_result "$(json_string "Exit code $last_exit"$'\n'"$last_output")" true
  fi
}

# The last words; they become the answer.
finish() {
  say "$1"
  emit_result success false completed "$1"
}

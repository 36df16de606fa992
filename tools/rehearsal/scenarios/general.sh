# Anything else: writes down what was asked, in a file of its own.
title='write down what was asked'
todos=('Look around' 'Write the note')

matches() { true; }

# A path that is free, from the first words of the prompt.
note_path() {
  local slug number=1 path
  slug=$(printf '%s' "${words:0:400}" | tr -cs 'a-z0-9' '-')
  slug=${slug#-}
  slug=${slug:0:40}
  slug=${slug%-}
  path=rehearsal-notes/${slug:-task}.md
  while [[ -e $path || -L $path ]]; do
    number=$((number + 1))
    path=rehearsal-notes/${slug:-task}-$number.md
  done
  printf '%s' "$path"
}

note() {
  printf '# What was asked\n\n'
  printf 'A rehearsal wrote this: a scripted agent, no model was asked. It added this file and changed nothing else.\n\n'
  printf -- '- bytes: %d\n- git blob: %s\n\n' "${#prompt}" "$(printf '%s' "$prompt" | git hash-object --stdin)"
  printf '%s\n' "$prompt" | sed 's/^/    /'
}

play() {
  local path
  start_todos
  run_command 'ls' 'List the files'
  todo_done
  if [[ -L rehearsal-notes ]] || ! mkdir -p rehearsal-notes 2>/dev/null; then
    fail 'rehearsal-notes is no folder that I can write to'
  fi
  path=$(note_path)
  write_file "$path" < <(note)
  todo_done
  finish "No script of mine fits this task, so I only wrote down what was asked, in $path."
}

# Bugfix in the demo project: the greeting ignores the name.
readonly broken="printf 'Hello, world!\\n'"
readonly mended="printf 'Hello, %s!\\n' \"\${1:-world}\""

title='mend the greeting'
todos=('See what fails' 'Find the cause' 'Mend the greeting' 'Run the tests')

matches() {
  asked fix greet && [[ -f lib/greeting.sh && -f test.sh ]] && grep -qF -- "$broken" lib/greeting.sh
}

play() {
  start_todos
  run_command './test.sh' 'Run the tests'
  todo_done
  read_file lib/greeting.sh
  todo_done
  say 'The function prints a fixed text and never looks at its argument.'
  edit_file lib/greeting.sh "$broken" "$mended"
  todo_done
  run_command './test.sh' 'Run the tests again'
  if ((last_exit != 0)); then fail "lib/greeting.sh is edited, but ./test.sh still exits $last_exit"; fi
  todo_done
  finish 'The greeting now uses the name, and falls back to "world" without one. Changed: lib/greeting.sh. ./test.sh passes.'
}

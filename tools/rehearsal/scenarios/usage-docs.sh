# Docs in the demo project: the README does not say how to use it.
title='write the usage section'
todos=('Read the README' 'Read the command' 'Try it' 'Write the section')

matches() {
  asked readme usage && [[ -f README.md && -f greet.sh ]] && ! grep -q '^## Usage' README.md &&
    grep -qxF '## Tests' README.md
}

play() {
  start_todos
  read_file README.md
  todo_done
  read_file greet.sh
  todo_done
  run_command './greet.sh bye Ada' 'Try the command'
  if ((last_exit != 0)); then fail "./greet.sh bye Ada exits $last_exit, so I cannot describe it"; fi
  todo_done
  edit_file README.md $'\n## Tests\n' "
## Usage

    ./greet.sh hello [NAME]    greets NAME, or the world
    ./greet.sh bye [NAME]      says goodbye to NAME, or to the world

For example, \`./greet.sh bye Ada\` prints \`$last_output\`

## Tests
"
  todo_done
  finish 'README.md has a section "Usage" with both commands and an example that I ran.'
}

# Tests in the demo project: the farewell has none.
title='test the farewell'
todos=('Read the farewell' 'See how tests are written' 'Write the tests' 'Run them')

matches() {
  asked test farewell && [[ -f lib/farewell.sh && -f test/greeting.test.sh && ! -e test/farewell.test.sh ]]
}

play() {
  start_todos
  read_file lib/farewell.sh
  todo_done
  read_file test/greeting.test.sh
  todo_done
  say 'Three cases: with a name, without one, and a name of two words.'
  write_file test/farewell.test.sh <<'TEST'
expect 'says goodbye by name' 'Goodbye, Ada!' "$(./greet.sh bye Ada)"
expect 'says goodbye to the world without a name' 'Goodbye, world!' "$(./greet.sh bye)"
expect 'keeps a name of two words together' 'Goodbye, Ada Lovelace!' "$(./greet.sh bye 'Ada Lovelace')"
TEST
  todo_done
  run_command './test.sh farewell' 'Run the new tests'
  if ((last_exit != 0)); then fail "the tests are written, but ./test.sh farewell exits $last_exit"; fi
  todo_done
  finish 'The farewell has three tests in test/farewell.test.sh. ./test.sh farewell passes.'
}

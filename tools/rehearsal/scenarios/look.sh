# Access read-only: looks, tells, changes nothing. Loaded over the chosen scenario.
would_do=$(printf '%s; ' "${todos[@]}")
would_do=${would_do%; }
todos=('Look around' 'Tell what I would do')

play() {
  local file
  start_todos
  for file in README.md README README.txt; do
    if [[ -f $file && -r $file ]]; then
      read_file "$file"
      break
    fi
  done
  todo_done
  todo_done
  finish "Access is read-only, so I changed nothing. With edit access I would $title. Steps: $would_do."
}

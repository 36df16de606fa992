farewell() {
  printf 'Goodbye, %s!\n' "${1:-world}"
}

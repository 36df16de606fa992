greeting() {
  printf 'Hello, world!\n'
}

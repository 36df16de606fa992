const known = ['--json', '--all', '-a', '--no-color', '--quiet'];

/** Whether a command line is the overview and nothing more, so that it can do without the parser of the others. */
export function isOverview(argv: readonly string[]): boolean {
  return argv[0] === 'status' && argv.slice(1).every((word) => known.includes(word));
}

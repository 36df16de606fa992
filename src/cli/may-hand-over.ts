const own = ['--dry-run', '--file', '--batch', '-', '--help', '-h'];

/** Whether a command line may be one that the conductor can do; it looks closer itself. */
export function mayHandOver(argv: readonly string[]): boolean {
  return argv[0] === 'delegate' && argv.includes('--detach') && !argv.some((word) => own.includes(word));
}

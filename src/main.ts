// Our own file as it was started: a stub that stays where it is when the program is built anew.
const entry = process.argv[1] ?? '';
const [first, second, third] = process.argv.slice(2);

// Two jobs of our own processes, kept apart from what a user types: they load only what they need.
if (first === 'pane' && second !== undefined) {
  const { showPane } = await import('./cli/pane.ts');
  await showPane(second);
} else if (first === 'conductor' && second === 'run' && third === undefined) {
  const { runConductor } = await import('./cli/run-conductor.ts');
  process.exitCode = await runConductor(entry);
} else {
  const { main } = await import('./cli/program.ts');
  process.exitCode = await main(process.argv.slice(2), entry);
}

/** What the `conductor` commands give. */
interface ConductorDocument {
  running: boolean;
  pid: number | null;
  since: string | null;
}

/** Whether the background process runs. */
export function render(documents: readonly object[]): string {
  return (documents as readonly ConductorDocument[])
    .map(({ running, pid, since }) =>
      running
        ? `conductor: running, pid ${pid}, since ${since}`
        : 'conductor: not running; it starts by itself when there is work',
    )
    .join('\n');
}

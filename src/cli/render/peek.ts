/** The task's screen as it is. */
export function render(documents: readonly object[]): string {
  return (documents as readonly { text: string }[]).map(({ text }) => text.trimEnd()).join('\n\n');
}

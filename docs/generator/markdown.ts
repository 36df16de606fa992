/** A table; a column that is empty in every row is left out. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const used = head.map((_, column) => rows.some((row) => (row[column] ?? '') !== ''));
  const line = (cells: readonly string[]) => `| ${cells.filter((_, column) => used[column]).join(' | ')} |`;
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')));
  return [line(head), line(head.map(() => '---')), ...escaped.map(line)].join('\n');
}

/** Text as code; empty text stays empty. */
export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

/** Parts of a page with one empty line between them; undefined ones are left out. */
export function page(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

/** Checks that every name has a text and no text lacks its name. Throws with a sentence that says what to write. */
export function matched(
  what: string,
  names: readonly string[],
  texts: Record<string, string>,
): Map<string, string> {
  const missing = names.filter((name) => !Object.hasOwn(texts, name));
  const left = Object.keys(texts).filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw new Error(`docs/generator has no text for the ${what} ${missing.join(', ')}.`);
  if (left.length > 0)
    throw new Error(`docs/generator describes the ${what} ${left.join(', ')}, gone from src.`);
  return new Map(names.map((name) => [name, texts[name] as string]));
}

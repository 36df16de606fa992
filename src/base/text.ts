import stripAnsi from 'strip-ansi';

/** A short name safe in branch names, paths and tmux targets: lower-case ASCII letters, digits and dashes. */
export function slugOf(text: string, limit = 32): string {
  const plain = text.normalize('NFKD').replace(/[̀-ͯ]/g, '').toLowerCase();
  const dashed = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return dashed.slice(0, limit).replace(/-+$/, '');
}

/** The text cut to at most `limit` UTF-8 bytes at a character border, ending in `…` when something went. */
export function clipBytes(text: string, limit: number): string {
  if (Buffer.byteLength(text) <= limit) return text;
  const room = Math.max(0, limit - 3);
  const bytes = Buffer.from(text.slice(0, room + 1));
  let end = Math.min(room, bytes.length);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.subarray(0, end).toString('utf8')}…`;
}

const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** The text without escape sequences and control bytes (tab and newline stay): harmless on any terminal. */
export function plainText(text: string): string {
  return stripAnsi(text).replace(CONTROLS, '');
}

/** One line of at most `limit` characters, without control bytes, ending in `…` when something went. */
export function oneLine(text: string, limit = 80): string {
  const line = plainText(text).replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length <= limit
    ? line
    : `${characters
        .slice(0, limit - 1)
        .join('')
        .trimEnd()}…`;
}

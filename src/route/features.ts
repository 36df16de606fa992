/** Characters of a task that are weighed: what is wanted stands at the head. */
const askLength = 400;

/** What the scorer looks at in a text: stems, the first word as `^word`, and the shape of the text as `~shape`. */
export function featuresOf(head: string): string[] {
  const ask = head.slice(0, askLength);
  const words = stemsOf(ask);
  const found = new Set(words);
  if (words[0] !== undefined) found.add(`^${words[0]}`);
  for (const [name, pattern] of shapes) if (pattern.test(ask)) found.add(name);
  found.add(lengthOf(words.length));
  return [...found];
}

const shapes: readonly [string, RegExp][] = [
  ['~backticks', /`/],
  ['~camelCase', /[a-z][A-Z]/],
  ['~snake_case', /\w_\w/],
  ['~dotted', /\w\.\w/],
  ['~slash', /\//],
  ['~digit', /\d/],
];

function lengthOf(words: number): string {
  if (words < 4) return '~up to 3 words';
  if (words < 7) return '~4 to 6 words';
  return words < 11 ? '~7 to 10 words' : '~over 10 words';
}

/** The words in lower case without their endings, numbers as `#`. A name such as `useQuery` is two words. */
export function stemsOf(text: string): string[] {
  const words = text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .match(/[a-z]+|\d+/g);
  return (words ?? []).map((word) => (/^\d/.test(word) ? '#' : stem(word)));
}

// Plural, -ing, -ed and a silent e: enough to bring the forms of a verb together.
function stem(word: string): string {
  if (word.length <= 4) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  let short = word.endsWith('sses') ? word.slice(0, -2) : word;
  if (/[^sui]s$/.test(short)) short = short.slice(0, -1);
  if (short.length > 6 && short.endsWith('ing')) short = short.slice(0, -3);
  else if (short.length > 5 && short.endsWith('ed')) short = short.slice(0, -2);
  if (short.length > 4 && short.endsWith('e')) short = short.slice(0, -1);
  return short.length > 4 && /([^ls])\1$/.test(short) ? short.slice(0, -1) : short;
}

import type { Patch, PatchFile } from '../model/patch.ts';

/** A secret's place in the new file; `what` is the kind of secret, never the secret. */
export interface SecretPlace {
  file: string;
  line: number;
  what: string;
}

/** The secrets in the added lines of a change. Loads secretlint, which takes some 50 ms the first time. */
export async function findSecrets(patch: Patch): Promise<SecretPlace[]> {
  const files = patch.filter(({ added }) => added.length > 0);
  if (files.length === 0) return [];
  const [{ lintSource }, { creator }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const rules = [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }];
  const places: SecretPlace[] = [];
  for (const file of files) {
    const { content, lines } = textOf(file);
    const { messages } = await lintSource({
      source: { filePath: file.path, content, contentType: 'text', ext: '' },
      options: { config: { rules }, maskSecrets: true, noPhysicFilePath: true },
    });
    for (const { type, loc, ruleId, messageId } of messages) {
      if (type !== 'message') continue;
      const line = lines[loc.start.line - 1];
      places.push({
        file: file.path,
        line: line ?? 1,
        what: `looks like a secret (${kindOf(ruleId, messageId)})`,
      });
    }
  }
  return places;
}

// The message itself may hold a part of the secret.
function kindOf(ruleId: string, messageId: string): string {
  return `${ruleId.replace(/^.*secretlint-rule-/, '')}, ${messageId}`;
}

/** The added lines as one text; an empty line stands where others lie between them. */
function textOf({ added }: PatchFile): { content: string; lines: number[] } {
  const texts: string[] = [];
  const lines: number[] = [];
  for (const [index, { line, text }] of added.entries()) {
    if (index > 0 && line !== (added[index - 1]?.line ?? 0) + 1) {
      texts.push('');
      lines.push(line);
    }
    texts.push(text);
    lines.push(line);
  }
  return { content: `${texts.join('\n')}\n`, lines };
}

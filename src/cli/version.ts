import * as fs from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../base/package-root.ts';

/** The version in package.json. */
export function version(): string {
  const { version: text } = JSON.parse(fs.readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return text;
}

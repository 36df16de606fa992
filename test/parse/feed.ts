import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import type { Format } from '../../src/model/words.ts';
import { frugal } from '../../src/pipeline/conductor-process.ts';

/** Most that reading and showing a run may take, in MB. The program itself takes two thirds of it. */
export const MOST_MB = 150;

/** Bundled as the program is: Node's way with types takes memory of its own. */
function bundled(): string {
  const outfile = join(mkdtempSync(join(process.env.HOME as string, 'b')), 'formats.mjs');
  const root = join(import.meta.dirname, '../..');
  const source = join(root, 'src/parse/formats.ts');
  const words = [source, '--bundle', '--format=esm', '--platform=node', `--outfile=${outfile}`];
  const build = spawnSync(join(root, 'node_modules/.bin/esbuild'), ['--log-level=warning', ...words], {
    encoding: 'utf8',
  });
  expect(build.stderr).toBe('');
  return pathToFileURL(outfile).href;
}

let bundle: string | undefined;

/** What came of a feeding. `peak` is the memory at most, in MB; `bytes` is how much was fed, `widest` the longest line shown. */
export interface Fed {
  peak: number;
  bytes: number;
  widest: number;
  outcome: string;
  error: { class: string } | null;
}

/**
 * Feeds a parser and a renderer in a process of their own, with the options of Node and in pieces of the size that a
 * run has. `input` is the program that says what: it may use `push(bytes)`, `fs` and `MB`.
 */
export function feed(format: Format, input: string): Fed {
  bundle ??= bundled();
  const program = `
    import * as fs from 'node:fs';
    const { formatOf } = await import(${JSON.stringify(bundle)});
    const parser = formatOf(${JSON.stringify(format)}).create();
    const renderer = formatOf(${JSON.stringify(format)}).render();
    const MB = 1024 * 1024;
    let widest = 0;
    let bytes = 0;
    const show = (lines) => { for (const line of lines) if (line.length > widest) widest = line.length; };
    const push = (all) => {
      bytes += all.length;
      for (let at = 0; at < all.length; at += 16384) {
        const piece = all.subarray(at, at + 16384);
        parser.push(piece);
        show(renderer.push(piece));
      }
    };
    ${input}
    const { outcome, error } = parser.end({ code: 0, signal: null }, '');
    show(renderer.end());
    const peak = process.resourceUsage().maxRSS / 1024;
    console.log(JSON.stringify({ peak, bytes, widest, outcome, error }));`;
  const run = spawnSync(process.execPath, [...frugal, '--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  return JSON.parse(run.stdout);
}

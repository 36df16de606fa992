import { relative } from 'node:path';
import { homeAt, runFiles } from '../../src/model/home.ts';
import { code, matched, page, tableOf } from './markdown.ts';
import { sourceOf } from './source.ts';
import { homeTexts, moreHomeFiles, moreRunFiles, runTexts, runVariableTexts } from './texts.ts';

/** What lies in a home, and what a tool finds in its environment. */
export function filesPage(): string {
  const home = homeAt('/home');
  const { root, ...files } = home;
  const { dir, ...run } = runFiles(home, 'task-5', 1);
  return page([
    '## Files of a home',
    '`ORCHESTRA_HOME`, by default `${XDG_STATE_HOME:-~/.local/state}/orchestra`. Folders have mode 0700, files 0600.',
    fileTable(root, { ...files }, homeTexts, moreHomeFiles),
    'In the folder of a run:',
    fileTable(dir, { ...run }, runTexts, moreRunFiles),
    '## Variables of run.sh',
    'A tool runs with these, `HOME`, `PATH`, `TERM` and `LANG`, the variables that the `env` of its profile names, and those of the `env` of the configuration. It starts in the folder it is to work in, with the prompt on standard input.',
    variableTable(),
  ]);
}

function fileTable(
  folder: string,
  files: Record<string, string>,
  texts: Record<string, string>,
  more: readonly (readonly [string, string, string])[],
): string {
  const known = matched('file', Object.keys(files), texts);
  const gone = more.find(([name, , place]) => !sourceOf(place).includes(name));
  if (gone !== undefined)
    throw new Error(`docs/generator describes the file ${gone[0]}, which ${gone[2]} no longer names.`);
  const rows = [...known].map(([key, text]) => [code(relative(folder, files[key] as string)), text]);
  return tableOf(
    ['file', 'what'],
    [...rows, ...more.map(([name, text]) => [code(name.endsWith('-') ? `${name}<n>.output` : name), text])],
  );
}

function variableTable(): string {
  const source = sourceOf('src/pipeline/request-task.ts').split('function runVariables')[1] ?? '';
  const names = [...source.matchAll(/^ {4}(ORCHESTRA_\w+):/gm)].map(([, name = '']) => name);
  const texts = matched('variable', names, runVariableTexts);
  return tableOf(
    ['variable', 'meaning'],
    [...texts].map(([name, text]) => [code(name), text]),
  );
}

import type { Screen } from './screen.ts';

/** `orchestra.new-tool/1`. */
interface NewToolDocument {
  tool: string;
  dir: string;
  files: string[];
}

/** Where the new tool lies, and what comes next. Paths stay whole, so that they can be copied. */
export function render(documents: readonly object[], _: Screen): string {
  return (documents as readonly NewToolDocument[])
    .flatMap(({ tool, dir, files }) => [
      `${dir} has ${files.join(', ')}.`,
      'Put the real flags into run.sh and what is true into profile.yaml, then:',
      `  orchestra tools test ${tool}`,
      `  orchestra delegate --tool ${tool} --task "..."`,
    ])
    .join('\n');
}

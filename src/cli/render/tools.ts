import { oneLine } from '../../base/text.ts';
import type { Column } from './columns.ts';
import { hanging } from './lines.ts';
import type { Screen, Style } from './screen.ts';
import { table } from './table.ts';

interface Tool {
  name: string;
  title: string;
  installed: boolean;
  version: string | null;
  supported: boolean | null;
  problem: string | null;
  range: string | null;
  format: string;
  automatic: boolean;
  install: string | null;
  signedIn: { state: 'yes' | 'no' | 'unknown'; by: string | null };
  lacks: string[];
}

/** `orchestra.tools/1`. */
interface ToolsDocument {
  tools: Tool[];
  problems: { tool: string; message: string; hint?: string }[];
}

/** Every tool: installed, version, supported or not, signed in; of those that are here, or one asked for, what it lacks. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly ToolsDocument[]).map((document) => toolsText(document, screen)).join('\n\n');
}

function toolsText({ tools, problems }: ToolsDocument, screen: Screen): string {
  const columns: Column<Tool>[] = [
    { head: 'TOOL', cell: (tool) => tool.name },
    { head: 'STATE', cell: stateOf, style: styleOf, flexible: true, least: 20 },
    { head: 'VERSION', cell: (tool) => tool.version },
    { head: 'SUPPORTED', cell: (tool) => tool.range },
    { head: 'SIGNED IN', cell: signedInOf },
    { head: 'FORMAT', cell: (tool) => tool.format, optional: true },
    { head: 'CHOSEN', cell: (tool) => (tool.automatic ? 'by rules' : 'with --tool'), optional: true },
  ];
  const missing = tools.filter((tool) => !tool.installed && tool.install !== null);
  const told = tools.filter((tool) => tool.lacks.length > 0 && (tool.installed || tools.length === 1));
  const lines = [
    ...told.flatMap(({ name, lacks }) => lacks.flatMap((lack) => hanging(`${name}: `, lack, screen))),
    ...missing.map((tool) => `install ${tool.name}: ${oneLine(tool.install ?? '', 500)}`),
    ...problems.flatMap(({ tool, message, hint }) => [
      ...hanging(`cannot use ${tool}: `, message, screen),
      ...(hint ? hanging('hint: ', hint, screen) : []),
    ]),
  ];
  return [table(columns, tools, screen), ...(lines.length > 0 ? ['', ...lines] : [])].join('\n');
}

// Absence proves nothing more than that no sign of it was found.
function signedInOf({ signedIn: { state, by } }: Tool): string | null {
  return state === 'yes' ? `by ${by}` : state === 'no' ? 'no sign of it' : null;
}

function stateOf(tool: Tool): string {
  if (!tool.installed) return 'not installed';
  if (tool.problem !== null) return tool.problem;
  return tool.supported === false ? 'version not supported' : 'installed';
}

function styleOf(tool: Tool): Style {
  if (!tool.installed) return 'faint';
  return tool.problem !== null || tool.supported === false ? 'waiting' : 'good';
}

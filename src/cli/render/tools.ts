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
}

/** `orchestra.tools/1`. */
interface ToolsDocument {
  tools: Tool[];
  problems: { tool: string; message: string; hint?: string }[];
}

/** Every tool: installed, version, supported or not. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly ToolsDocument[]).map((document) => toolsText(document, screen)).join('\n\n');
}

function toolsText({ tools, problems }: ToolsDocument, screen: Screen): string {
  const columns: Column<Tool>[] = [
    { head: 'TOOL', cell: (tool) => tool.name },
    { head: 'STATE', cell: stateOf, style: styleOf, flexible: true, least: 20 },
    { head: 'VERSION', cell: (tool) => tool.version },
    { head: 'SUPPORTED', cell: (tool) => tool.range },
    { head: 'FORMAT', cell: (tool) => tool.format, optional: true },
    { head: 'CHOSEN', cell: (tool) => (tool.automatic ? 'by rules' : 'with --tool'), optional: true },
  ];
  const missing = tools.filter((tool) => !tool.installed && tool.install !== null);
  const lines = [
    ...missing.map((tool) => `install ${tool.name}: ${oneLine(tool.install ?? '', 500)}`),
    ...problems.flatMap(({ tool, message, hint }) => [
      ...hanging(`cannot use ${tool}: `, message, screen),
      ...(hint ? hanging('hint: ', hint, screen) : []),
    ]),
  ];
  return [table(columns, tools, screen), ...(lines.length > 0 ? ['', ...lines] : [])].join('\n');
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

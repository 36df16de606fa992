import type { Dependency } from './dependency.ts';

/** The names in a requirements file. Options and included files are no dependencies. */
export function requirements(text: string): Dependency[] {
  return text.split(/\r?\n/).flatMap((content, index) => {
    const name = requirementName(content);
    return name === undefined ? [] : [{ name, line: index + 1 }];
  });
}

/** What a requirement (PEP 508) or a line of a requirements file asks for: a name as indexes compare it, or an address. */
function requirementName(content: string): string | undefined {
  const egg = /#egg=([\w.-]+)/.exec(content)?.[1];
  const plain = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:[[<>=!~;@#(]|$)/.exec(content)?.[1];
  const address = /^\s*(?:-e\s+|--editable[ =])?((?:git\+|https?:|file:|\.{0,2}\/)\S+)/.exec(content)?.[1];
  const name = egg ?? plain;
  return name === undefined ? address : comparable(name);
}

function comparable(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

// Tables whose keys are names: poetry's; and keys whose values are lists of requirements.
const tablesOfNames = /^tool\.(?:poetry\.(?:group\.[^.]+\.)?(?:dev-)?dependencies|pdm\.dependencies)$/;
const lists =
  /^(?:project\.(?:dependencies|optional-dependencies\..+)|dependency-groups\..+|build-system\.requires|tool\.(?:uv\.(?:dev-dependencies|constraint-dependencies|override-dependencies)|pdm\.dev-dependencies\..+|hatch\.envs\..+\.(?:extra-)?dependencies))$/;

/** The names that a pyproject.toml asks for, whoever of the usual tools reads them. */
export function pyprojectToml(text: string): Dependency[] {
  const found: Dependency[] = [];
  let table = '';
  let open = false;
  for (const [index, content] of text.split(/\r?\n/).entries()) {
    const take = (name: string | undefined) => name !== undefined && found.push({ name, line: index + 1 });
    const head = open ? undefined : /^\s*\[+\s*([^\]]+?)\s*\]+\s*(?:#.*)?$/.exec(content)?.[1];
    if (head !== undefined) {
      table = unquoted(head);
      continue;
    }
    const pair: RegExpExecArray | null = open
      ? null
      : /^\s*(?:"([^"]*)"|([\w.-]+))\s*=\s*(.*)$/.exec(content);
    const key: string | undefined = pair?.[1] ?? pair?.[2];
    const rest: string = open ? content : (pair?.[3] ?? '');
    if (key !== undefined && tablesOfNames.test(table)) {
      // `a.version` says something of `a`.
      const name = comparable(pair?.[1] ?? key.replace(/\..*$/, ''));
      if (name !== 'python') take(name);
      continue;
    }
    if (key !== undefined) open = lists.test(`${table}.${unquoted(key)}`) && rest.startsWith('[');
    if (!open) continue;
    const { strings, closed } = stringsIn(rest);
    for (const one of strings) take(requirementName(one));
    open = !closed;
  }
  return found;
}

function unquoted(name: string): string {
  return name.replace(/"/g, '').replace(/\s*\.\s*/g, '.');
}

/** The strings of one line of a list, and whether the list ends there. */
function stringsIn(line: string): { strings: string[]; closed: boolean } {
  // What stands in braces includes another group.
  const parts = [...line.replace(/\{[^}]*\}/g, '').matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(#.*)|(\])/g)];
  const end = parts.findIndex(([, , , comment, bracket]) => comment !== undefined || bracket !== undefined);
  const before = end < 0 ? parts : parts.slice(0, end);
  const strings = before.flatMap(([, double, single]) => double ?? single ?? []);
  return { strings, closed: parts[end]?.[4] !== undefined };
}

import { expect, test } from 'vitest';
import { isManifest, newDependencies } from '../../src/guard/dependencies.ts';

const cases: [string, string | null, string | null, [string, number][] | null][] = [
  [
    'web/package.json',
    '{\n  "dependencies": {\n    "a": "1"\n  }\n}',
    '{\n  "dependencies": {\n    "a": "2",\n    "@x/b": "1"\n  },\n  "devDependencies": {\n    "c": "1"\n  }\n}',
    [
      ['@x/b', 4],
      ['c', 7],
    ],
  ],
  ['package.json', null, '{"peerDependencies":{"a":"1"},"scripts":{"b":"x"}}', [['a', 1]]],
  ['package.json', '{}', 'not json', null],
  ['package.json', '{"dependencies":{"a":"1"}}', null, []],
  [
    'requirements-dev.txt',
    'Flask_Login==1\n',
    '# flask\n-r base.txt\nflask-login==2\nRequests[security]>=2 ; python_version > "3"\ngit+https://x.org/y#egg=thing\nhttps://x.org/z.whl\n--index-url https://x.org\n',
    [
      ['requests', 4],
      ['thing', 5],
      ['https://x.org/z.whl', 6],
    ],
  ],
  [
    'Cargo.toml',
    '[dependencies]\nserde = "1"\n',
    '[package]\nname = "x"\n[dependencies]\nserde = { version = "1" }\ntokio.workspace = true\n[dependencies.rand]\nversion = "0.8"\n[target.\'cfg(unix)\'.dev-dependencies]\nlibc = "1"\n[features]\nd = []\n',
    [
      ['tokio', 5],
      ['rand', 6],
      ['libc', 9],
    ],
  ],
  [
    'go.mod',
    'module m\nrequire a.org/x v1.0.0\n',
    'module m\n\ngo 1.22\n\nrequire a.org/x v1.0.1\n\nrequire (\n\tb.org/y v2.0.0 // indirect\n)\nreplace c.org/z => ../z\n',
    [['b.org/y', 8]],
  ],
  [
    'package.json',
    '{}',
    '{"dependencies":{"a":"npm:@x/b@1","c":"1"}}',
    [
      ['a', 1],
      ['@x/b', 1],
      ['c', 1],
    ],
  ],
  [
    'Cargo.toml',
    '',
    '[dependencies]\na = { package = "b", version = "1" }\n[dependencies.c]\npackage = "d"\n[package]\npackage = "e"\n',
    [
      ['a', 2],
      ['b', 2],
      ['c', 3],
      ['d', 4],
    ],
  ],
  ['go.mod', '', 'replace a.org/x => b.org/y v1.0.0\nreplace c.org/z => ../z\n', [['b.org/y', 1]]],
  [
    'api/pyproject.toml',
    '[project]\ndependencies = ["Flask_Login>=1"]\n',
    `[build-system]
requires = ["hatchling"]
[project]
name = "shop"
keywords = ["nothing"]
dependencies = [
  "flask-login", # ] "not this"
  "requests[security]>=2; python_version > '3'", 'six',
]
[project.optional-dependencies]
dev = ["pytest (>=7)"]
[dependency-groups]
test = [{include-group = "dev"}, "coverage"]
[tool.poetry.dependencies]
python = "^3.12"
httpx = { version = "1", extras = ["http2"] }
rich.version = "1"
[tool.poetry.group.docs.dependencies]
"Sphinx.Ext" = "*"
[tool.uv]
dev-dependencies = ["ruff"]
[tool.ruff]
select = ["E"]
`,
    [
      ['hatchling', 2],
      ['requests', 8],
      ['six', 8],
      ['pytest', 11],
      ['coverage', 13],
      ['httpx', 16],
      ['rich', 17],
      ['sphinx-ext', 19],
      ['ruff', 21],
    ],
  ],
  ['src/main.rs', '', 'x = 1', []],
];

test.each(cases)('%s from %j to %j', (path, before, after, expected) => {
  const found = newDependencies(path, before, after);
  expect(found?.map(({ name, line }) => [name, line]) ?? null).toEqual(expected);
});

test('only manifests are read', () => {
  const paths = [
    'a/package.json',
    'go.mod',
    'Cargo.toml',
    'requirements.txt',
    'requirements/dev.txt',
    'x/pyproject.toml',
  ];
  expect(paths.filter(isManifest)).toEqual(paths);
  expect(['package-lock.json', 'Cargo.lock', 'go.sum', 'a.txt'].filter(isManifest)).toEqual([]);
});

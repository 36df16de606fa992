import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Stage } from '../support/stage.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'orchestra');
const bare = () => new Stage({ git: false });

const delegateHelp = `Usage: orchestra delegate [options]

give a task to the coding agent that fits it

Options:
  --task <TEXT>          what to do; - reads standard input
  --file <F>             the task from a text file, or a task file (.yaml,
                         .json); again for more
  --batch <F>            many tasks, one JSON object a line
  --tool <NAME>          use this tool
  --model <NAME>         use this model
  --tier <TIER>          how hard it is (choices: "trivial", "standard",
                         "complex")
  --category <CATEGORY>  what kind of work it is (choices: "architecture",
                         "backend", "frontend", "database", "tests", "docs",
                         "refactor", "bugfix", "performance", "security",
                         "devops", "chore")
  --label <LABEL>        a label of its issue, which counts in the choice; again
                         for more
  --repo <DIR>           the folder to work in (default: here)
  --check <CMD>          a command that must succeed; again for more
  --budget <USD>         stop at this many US dollars
  --timeout <DUR>        stop after this time, such as 30m
  --priority <N>         higher starts first (default 0)
  --after <TASK,…>       start only when these tasks are done
  --after-failed <WHAT>  when one of them fails (default skip) (choices: "skip",
                         "go-on")
  --attempts <N>         runs in a row: the first, then repairs and retries
  --access <LEVEL>       what the agent may do (choices: "read-only", "edit",
                         "full")
  --auto-approve         land the work without asking when all is well
  --no-worktree          work in the folder itself, not in a worktree
  --detach               return as soon as the task is stored
  --dry-run              show the plan and its estimate, change nothing
  --json                 one JSON document on standard output
  --quiet                no progress and no notes
  --no-color             no colour
  -h, --help             display help for command

Examples:
  orchestra delegate --task "Add OAuth2 with Google"
  orchestra delegate --file task.md --check "npm test" --budget 2
  orchestra delegate --task "Fix the flaky login test" --detach

`;

const statusHelp = `Usage: orchestra status [options] [TASK]

show the tasks, or one in depth with its reasons

Arguments:
  TASK         one task in depth

Options:
  -a, --all    also every finished task
  -w, --watch  keep showing it
  --json       one JSON document on standard output
  --quiet      no progress and no notes
  --no-color   no colour
  -h, --help   display help for command

Examples:
  orchestra status
  orchestra status task-5
  orchestra status --watch

`;

test('the help of delegate and of status says all they take', async () => {
  const stage = bare();
  expect(await stage.run(['delegate', '--help'])).toMatchObject({ code: 0, stdout: delegateHelp });
  expect(await stage.run(['help', 'status'])).toMatchObject({ code: 0, stdout: statusHelp });
  expect(fs.existsSync(stage.home)).toBe(false);
});

test('the help of the program names every command, with or without a word', async () => {
  const stage = bare();
  const { code, stdout } = await stage.run(['--help']);
  expect(code).toBe(0);
  for (const name of ['delegate', 'status', 'approve', 'route', 'doctor', 'demo', 'conductor'])
    expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  expect(stdout).toContain('First steps:\n  orchestra demo ');
  expect(await stage.run([])).toMatchObject({ code: 0, stdout });
  expect((await stage.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  [['stauts'], "orchestra: unknown command 'stauts'\n(Did you mean one of stats, status?)\n"],
  [
    ['status', '--al'],
    "orchestra: unknown option '--al'\n(Did you mean --all?)\nhint: orchestra status --help\n",
  ],
  [['approve'], "orchestra: missing required argument 'TASK'\nhint: orchestra approve --help\n"],
  [
    ['cost', '--by', 'mood'],
    "orchestra: option '--by <WHAT>' argument 'mood' is invalid. Allowed choices are tool, model, task, category, repo, day.\nhint: orchestra cost --help\n",
  ],
  [
    ['peek', 'task-1', '-n', 'x'],
    "orchestra: option '-n, --lines <N>' argument 'x' is invalid. Expected a number.\nhint: orchestra peek --help\n",
  ],
  [
    ['conductor'],
    'orchestra: orchestra conductor needs one of its commands.\nhint: orchestra conductor --help\n',
  ],
  [
    ['status', 'five'],
    'orchestra: "five" is not a task.\nhint: Tasks are named task-1, task-2, … (orchestra status).\n',
  ],
  [['help', 'nope'], 'orchestra: There is no command "nope".\nhint: orchestra help lists them.\n'],
  [['status', 'task-9'], 'orchestra: There is no task-9.\nhint: orchestra status --all lists every task.\n'],
  [['delegate'], 'orchestra: No task was given.\nhint: orchestra delegate --task "what to do"\n'],
  [
    ['delegate', '--task', 'a', '--file', 'b'],
    'orchestra: Give one of --task, --file and --batch.\nhint: orchestra delegate --task "what to do"\n',
  ],
  [
    ['delegate', '--task', ' '],
    'orchestra: --task: task: the task text is empty.\nhint: orchestra help shows what each command takes.\n',
  ],
  [
    ['delegate', '--task', 'x', '--budget', '0'],
    'orchestra: orchestra delegate: budget: Too small: expected number to be >0.\nhint: orchestra help shows what each command takes.\n',
  ],
  [
    ['cost', '--since', 'ever'],
    'orchestra: "ever" is not a duration.\nhint: Write it like 90s, 15m, 1h30m or 7d.\n',
  ],
])('orchestra %j says what is wrong, exit 2, and nothing on stdout', async (argv, stderr) => {
  expect(await bare().run(argv)).toEqual({ code: 2, stdout: '', stderr });
});

test('a refusal is exit 1, with --json too, and leaves stdout empty', async () => {
  const stage = new Stage();
  await stage.fake(['exit 1']);
  const { stderr, ...refused } = await stage.run(['approve', 'task-1', '--json']);
  expect(refused).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /^orchestra: task-1 is failed, and only a task in review can be approved.\nhint: .*\n$/,
  );
});

test('with --json stdout is one document a line, and all else is on stderr', async () => {
  const stage = new Stage();
  const batch = ['a', 'b'].map((name) =>
    JSON.stringify({ task: `Make ${name}\ndo: echo ${name} > ${name}.txt` }),
  );
  const many = await stage.run(['delegate', '--tool', 'fake', '--batch', '-', '--json'], {
    input: batch.join('\n'),
  });
  const commands = [
    ['wait', 'task-1', 'task-2'],
    ['status'],
    ['status', 'task-1'],
    ['approve', 'task-1', 'task-2'],
    ['logs', 'task-1'],
    ['cost'],
  ];
  const counts = [
    many,
    ...(await Promise.all(commands.slice(0, 3).map((argv) => stage.run([...argv, '--json'])))),
  ];
  for (const argv of commands.slice(3)) counts.push(await stage.run([...argv, '--json']));
  const lines = counts.map(({ stdout }) => {
    expect(stdout.endsWith('\n')).toBe(true);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => typeof JSON.parse(line)).length;
  });
  expect(lines).toEqual([2, 2, 1, 1, 2, 1, 1]);
});

test.each([
  [['status']],
  [['status', '--json']],
  [['status', '--all', '--quiet']],
  [['--help']],
  [['delegate', '--help']],
  [['schema', 'summary']],
  [['tools']],
])('a reader that has gone is no error of orchestra %j', async (argv) => {
  const stage = bare();
  const child = spawn(launcher, argv, { cwd: stage.repo, env: stage.env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  expect({ exit: await once(child, 'close'), stderr }).toEqual({ exit: [0, null], stderr: '' });
});

import type { ErrorCode } from '../../src/base/errors.ts';
import type { EventType } from '../../src/model/event.ts';
import type { Home, RunFiles } from '../../src/model/home.ts';
import type { TaskStatus } from '../../src/model/words.ts';

export const statusTexts: Record<TaskStatus, string> = {
  queued: 'stored, planned, and waiting for a free place or for the tasks it comes after',
  running: 'its tool runs in its pane',
  blocked: 'it asks something, or was not allowed what it needed; `reply` or `retry`',
  verifying: 'its tool has ended; the change is measured and the checks run',
  review: 'finished and measured; `approve`, `reply`, `retry` or `reject`',
  done: 'landed, or nothing to land',
  failed: 'over without a result that could be approved; what it did is kept on its branch',
  cancelled: 'stopped by you, or never started because a task before it did not succeed',
  parked:
    'waits for a limit to lift, for the next day, or for `orchestra resume`; goes on by itself at its time',
};

export const eventTexts: Record<EventType, string> = {
  requested: 'the task was stored',
  routed: 'category, tier, tool and model were decided',
  planned: 'what will run, as data; its run folder is written before this',
  spawned: 'the wrapper runs in a pane',
  progressed: 'the to-do list or the known cost has changed; at most one a second',
  stopped: 'the run is to end: cancelled, or at a limit',
  ended: 'the wrapper left its exit record, or is gone without one',
  parsed: 'what the tool said, without its answer, which stands in `report.json`',
  warned: 'something you should know, such as a budget that is nearly used',
  verified: 'what was measured: files, commits, checks',
  settled: 'the outcome and the price of the run',
  approved: 'the work was landed or accepted',
  rejected: 'the work was refused',
  queued: 'one more run: asked for by a person, decided after an error, or let go on',
  parked: 'it waits until a time, or until somebody does something',
};

export const errorCodeTexts: Record<ErrorCode, string> = {
  usage: 'the command line or the input is wrong',
  config: 'a setting, a profile or the home is wrong',
  not_found: 'there is no such task or window',
  unavailable: 'something that is needed is missing or does not answer, such as tmux or a coding agent',
  conflict: 'the work does not apply, or something is in its place',
  refused: 'the state of the task or of the repository does not allow it',
  timeout: 'something did not answer in time',
  over_budget: 'a budget is used up',
  internal: 'something went wrong inside',
};

export const homeTexts: Record<Exclude<keyof Home, 'root'>, string> = {
  database: 'SQLite (WAL): tasks, events, approvals',
  ledger: 'the costs, one line a run',
  runs: 'a folder for each run: `runs/task-5/1/`',
  worktrees: 'the worktrees: `worktrees/<repo>/task-5/`',
  backups:
    'copies of the database in good state: one a day and one before each change of its form, the last three',
  signal: 'touched after each append, so that others notice',
  conductorLock: 'who conducts: pid, start time, boot id, since when',
  conductorLog: 'what the conductor says',
  versions: 'the versions that tools told, so that each is asked once',
  halt: 'there while everything is stopped by `orchestra stop`',
  overlaps: 'which running tasks change the same lines, as the conductor saw it last',
};

/** Files of a home that its model does not name, each with the file of `src` that does. */
export const moreHomeFiles: [string, string, string][] = [
  ['tmux.sock', 'the socket of the tmux server', 'src/tmux/socket.ts'],
  [
    'tmux.socket-path',
    'where the socket is, when the path of the home is too long for one',
    'src/tmux/socket.ts',
  ],
  ['tmux.server', 'pid and start time of the tmux server that was last seen', 'src/tmux/socket.ts'],
  ['conductor.sock', 'where commands hand tasks over to the conductor', 'src/cli/same-program.ts'],
  [
    'conductor.socket-path',
    'where that socket is, when the path of the home is too long for one',
    'src/cli/same-program.ts',
  ],
  ['learned.json', 'counts of what runs came to; made again when it is missing', 'src/pipeline/learned.ts'],
  ['learned-since.json', 'where counting began after `tune --forget`', 'src/pipeline/learned.ts'],
];

export const runTexts: Record<Exclude<keyof RunFiles, 'dir'>, string> = {
  prompt: 'what the tool reads on standard input, byte for byte',
  env: 'the environment of the tool, mode 0600; the wrapper deletes it before the tool starts',
  plan: 'what was planned; with the prompt it brings the task back when the database is lost',
  launch: 'which pane of which tmux server',
  output: "the tool's standard output, untouched",
  stderr: "the tool's standard error, untouched",
  heartbeat: 'pid and start time of the wrapper, written again every five seconds',
  exit: 'how the tool ended; written last and atomically',
  report: 'what the output says, as `orchestra.report/1`',
  summary: 'the summary, as `orchestra.summary/1`',
  pruned: 'when and why `output`, `stderr` and the output of checks were removed',
};

/** The same for a run folder. */
export const moreRunFiles: [string, string, string][] = [
  ['claim', 'a file whose making lets exactly one wrapper run', 'tools/_lib/wrapper.sh'],
  ['wrapper', 'what the wrapper needs to know: folder, tool, grace period, viewer', 'src/spawn/window.ts'],
  ['format.json', 'the format of the output, for the pane; not there for `plain`', 'src/spawn/window.ts'],
  ['before.json', 'the tree that a run in place found', 'src/pipeline/start-run.ts'],
  ['refs.json', 'the branches, tags and stashes that the run found', 'src/pipeline/start-run.ts'],
  [
    'outside.json',
    "git's settings and the user's working tree as the run found them, without content",
    'src/pipeline/outside.ts',
  ],
  ['versions.json', 'what ran: Node, the tool and its version, format, model', 'src/pipeline/artifacts.ts'],
  ['check-', 'the output of a check, `check-1.output` and on', 'src/verify/checks.ts'],
  ['secret-marks.json', 'by what secrets of its environment are known again', 'src/spawn/secret-marks.ts'],
];

export const runVariableTexts: Record<string, string> = {
  ORCHESTRA_HOME: 'the home, so that an agent that delegates does so in the same one',
  ORCHESTRA_RUN: 'the tag of every process of the run: `<home id>/task-5/1`',
  ORCHESTRA_RUN_DIR: 'the folder of the run',
  ORCHESTRA_TASK: 'the task, such as `task-5`',
  ORCHESTRA_PROMPT_FILE: 'a file with the prompt, the same as on standard input',
  ORCHESTRA_ACCESS: '`read-only`, `edit` or `full`',
  ORCHESTRA_MODEL: "the model; empty for the tool's own default",
  ORCHESTRA_SESSION: 'the session to resume; empty for a new one',
  ORCHESTRA_BUDGET_USD: 'the budget in US dollars; empty for none',
};

/** Fields that have no comment in src. */
export const fieldTexts: Record<string, Record<string, string>> = {
  summary: {
    status: 'where the task stands',
    reason: 'why it stands there, in one sentence',
    model: 'as the tool said, else as planned',
    headline: 'the first line of the answer, else the title of the task',
    answer: 'the last message of the tool: a claim',
    files: 'what git shows between the base and the commit',
    commits: 'on the branch since the base',
    branch: 'null when the task worked in place',
    base: 'the branch it started from, or a commit',
    commit: 'what was measured and checked',
    checks: 'run by Orchestra, not by the tool',
    questions: 'what the tool asks',
    cost: 'of all runs of the task',
    seconds: 'wall time of all runs',
  },
  report: {
    answer: 'the last message',
    session: 'what a resumed run is given',
    model: 'as the tool says; null when it does not',
    usd: 'the price as the tool says; null when it does not',
  },
  ledger: {
    usd: 'null when not known, never 0 for it',
    seconds: 'wall time of the run',
    status: 'what the run came to',
  },
  request: {
    checks: 'what must hold at the end: commands (`--check`), or checks of other kinds, as below',
    context: 'files of the repository to be read first, and notes',
    budget: 'stop at this price',
    timeout: 'stop after this time, such as `30m`',
    priority: 'higher starts first',
    after: 'start only when these are done',
    worktree: 'false works in the folder itself',
    autoApprove: 'land the work without asking when all is well',
  },
  profile: {
    name: "the folder's name: lower-case letters, digits and dashes",
    title: 'for people',
    format: 'how its output is read',
    version: 'how to ask for the version (`--version`), and which are supported, such as `>=2.1 <3`',
    access: 'what each level comes to, and whether the tool holds to it by itself',
    strengths: 'a tool that no rule names comes first for these categories',
    limits: 'kept for the queue; nothing reads it yet',
    install: 'a command by system: `any`, `linux`, `macos`, `debian`, `fedora`, `arch`, `alpine`, `suse`',
  },
};

import { run } from '../base/exec.ts';
import { type Check, ok, problem, warning } from './doctor-check.ts';
import { installCommand } from './install-hints.ts';

type Environment = Record<string, string | undefined>;

/** A program that is needed: from which version on, as `[major, minor]`. */
interface Needed {
  name: string;
  argv: string[];
  least: [number, number];
}

// git 2.31 brought absolute paths to `rev-parse`, tmux 3.2 variables for new windows, bash 4.2 its printf clock.
const needed: Needed[] = [
  { name: 'git', argv: ['--version'], least: [2, 31] },
  { name: 'tmux', argv: ['-V'], least: [3, 2] },
  { name: 'bash', argv: ['--version'], least: [4, 2] },
];
const leastNode: [number, number] = [24, 16];

/** The programs that nothing works without. */
export async function checkPrograms(env: Environment, cwd: string): Promise<Check[]> {
  const programs = await Promise.all(needed.map((program) => checkProgram(program, env)));
  const git = programs.find((check) => check.name === 'git');
  const identity = git?.state === 'ok' ? [await checkIdentity(env, cwd)] : [];
  return [checkNode(process.versions.node), ...programs, ...identity];
}

/** Whether a Node of this version will do. */
export function checkNode(version: string): Check {
  if (isEnough(version, leastNode)) return ok('node', version);
  return problem(
    'node',
    `${version} is too old, ${leastNode.join('.')} or newer is needed`,
    'Install a newer Node: https://nodejs.org',
  );
}

async function checkProgram({ name, argv, least }: Needed, env: Environment): Promise<Check> {
  const result = await run(name, argv, { env, cleanEnv: true, timeoutMs: 10_000 });
  const install = installCommand(name, env.PATH);
  if (result.startError === 'ENOENT') return problem(name, 'is not installed', install);
  if (result.startError !== undefined)
    return problem(name, `cannot be started (${result.startError})`, install);
  if (result.timedOut)
    return problem(name, 'did not tell its version within 10 s', `Try it: ${name} ${argv.join(' ')}`);
  const version = /\d+\.\d+[\w.]*/.exec(result.stdout)?.[0];
  const words = result.stdout.split('\n')[0]?.trim() ?? '';
  if (version === undefined) return warning(name, `does not say its version: "${words}"`, null);
  if (isEnough(version, least)) return ok(name, version);
  return problem(name, `${version} is too old, ${least.join('.')} or newer is needed`, install);
}

function isEnough(version: string, [major, minor]: [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

async function checkIdentity(env: Environment, cwd: string): Promise<Check> {
  const values = await Promise.all(
    ['user.name', 'user.email'].map(async (key) => {
      const found = await run('git', ['config', '--get', key], { env, cleanEnv: true, cwd });
      return found.stdout.trim();
    }),
  );
  const [name, email] = [env.GIT_AUTHOR_NAME || values[0], env.GIT_AUTHOR_EMAIL || values[1]];
  if (name && email) return ok('git identity', `${name} <${email}>`);
  return warning(
    'git identity',
    `git does not know your ${name ? 'e-mail address' : 'name'}`,
    'git config --global user.name "Your Name" && git config --global user.email you@example.org',
  );
}

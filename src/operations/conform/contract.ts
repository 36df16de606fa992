import { resolve } from 'node:path';
import type { Profile } from '../../model/profile.ts';
import { type ConformCheck, check, notHere } from './check.ts';
import { levelChecks, modelCheck, sessionCheck } from './passed-on.ts';
import { type Outcome, Scene, said } from './scene.ts';
import { neededPrograms } from './stand-in.ts';
import { marker, playAll, prompts } from './turns.ts';

/** Holds run.sh against the wrapper's contract: prompt, folder, access, model, session, output, exit, signals. */
export async function contractChecks(profile: Profile, dir: string, path: string): Promise<ConformCheck[]> {
  const why = cannotStandIn(profile, dir);
  if (why !== undefined) return [notHere('run.sh under the wrapper', why)];
  const scene = new Scene({ profile, dir }, path);
  try {
    const played = await playAll(scene, profile);
    const all = Object.values(played);
    const started = startCheck(all, profile);
    // All else would only tell the same in other words.
    if (all.every(({ seen }) => seen === undefined)) return [started];
    return [
      started,
      ...all.filter(({ turn }) => turn !== played.stopped.turn).map(promptCheck),
      secrecyCheck(all),
      folderCheck(all),
      outputCheck(all),
      ...[...new Set(all.flatMap(({ turn }) => (turn.ends === 'waits' ? [] : [turn.ends])))].map((ends) =>
        exitCheck(all, ends),
      ),
      signalCheck(played.stopped),
      check(
        'nothing is left behind',
        all.every(({ left }) => left === 0),
        'no process of a run outlives it',
        'processes of a run go on after it',
      ),
      ...levelChecks(profile, played),
      modelCheck(profile, played),
      sessionCheck(profile, played),
    ];
  } finally {
    scene.end();
  }
}

function cannotStandIn(profile: Profile, dir: string): string | undefined {
  if (profile.binary.includes('/') && resolve(dir, profile.binary) === resolve(dir, 'run.sh')) {
    return 'run.sh is itself the program, so that nothing can stand in for it; let it exec a program of its own';
  }
  if (neededPrograms.includes(profile.binary))
    return `nothing can stand in for ${profile.binary}, which every script needs`;
  return undefined;
}

function startCheck(all: Outcome[], profile: Profile): ConformCheck {
  const silent = all.find(({ seen }) => seen === undefined);
  const stderr = silent?.stderr.toString().trim().slice(0, 300);
  const words = stderr
    ? `; it said: ${stderr}`
    : `; run.sh ended with ${silent?.exit?.code ?? silent?.exit?.signal} and said nothing`;
  return check(
    'run.sh starts the binary',
    silent === undefined,
    `${profile.binary} was started in each of ${all.length} runs`,
    `${profile.binary} was not started with access ${silent?.turn.access}${silent?.turn.session ? ` in session ${silent.turn.session}` : ''}${words}`,
  );
}

function promptCheck({ turn, seen }: Outcome): ConformCheck {
  const [name = ''] = Object.entries(prompts).find(([, text]) => text === turn.prompt) ?? [];
  const texts = seen?.texts ?? [];
  // Tools take a leading slash for a command of theirs, so that it may come wrapped.
  const wrapped = name === 'a leading slash';
  const arrived = texts.some((text) =>
    wrapped ? holds(text.toString(), turn.prompt) : text.equals(Buffer.from(turn.prompt)),
  );
  return check(
    `prompt: ${name}`,
    arrived,
    wrapped ? 'arrives whole' : 'arrives byte for byte',
    `did not arrive ${wrapped ? 'whole' : 'byte for byte'}: ${texts.map((text) => `${text.length} bytes`).join(', ') || 'nothing'} of ${Buffer.byteLength(turn.prompt)} came`,
  );
}

// As it is, or as a value in a line of JSON.
function holds(text: string, prompt: string): boolean {
  if (text.includes(prompt)) return true;
  try {
    return JSON.stringify(JSON.parse(text)).includes(JSON.stringify(prompt));
  } catch {
    return false;
  }
}

function secrecyCheck(all: Outcome[]): ConformCheck {
  const told = all.some(({ seen }) => seen?.argv.some((word) => word.includes(marker)));
  const ran = all.some(({ workFiles }) => workFiles.includes(marker));
  return check(
    'the prompt is only data',
    !told && !ran,
    'it is in no argument, and nothing of it is run',
    told
      ? 'it is in the arguments, which others on this machine can read'
      : 'a part of it was run by the shell',
  );
}

function folderCheck(all: Outcome[]): ConformCheck {
  const wrong = all.find(({ seen, workDir }) => seen !== undefined && seen.cwd !== workDir);
  return check(
    'working folder',
    wrong === undefined,
    'the binary starts in the folder of the task',
    `the binary was started in ${wrong?.seen?.cwd}`,
  );
}

function outputCheck(all: Outcome[]): ConformCheck {
  const ended = all.filter(({ turn }) => turn.ends !== 'waits');
  const kept = ended.every(
    ({ output, stderr }) => output.equals(said.output) && stderr.includes(said.stderr),
  );
  return check(
    'output untouched',
    kept,
    'standard output arrives byte for byte, standard error apart from it',
    'standard output or standard error was changed, mixed or added to',
  );
}

function exitCheck(all: Outcome[], ends: number): ConformCheck {
  const wrong = all.find(({ turn, exit }) => turn.ends === ends && exit?.code !== ends);
  const came = wrong?.exit === undefined ? 'nothing' : (wrong.exit.code ?? wrong.exit.signal);
  return check(`exit status ${ends}`, wrong === undefined, 'is passed on', `became ${came}`);
}

function signalCheck({ seen, exit }: Outcome): ConformCheck {
  const ended = exit !== undefined && (exit.code === 143 || exit.signal === 'SIGTERM');
  return check(
    'TERM is passed on',
    seen?.gotTerm === true && ended,
    'it reaches the binary, and the run ends by it',
    seen?.gotTerm
      ? `the run ended with ${exit?.code ?? exit?.signal}, not by TERM`
      : 'it did not reach the binary',
  );
}

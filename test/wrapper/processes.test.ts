import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type PreparedRun, scene } from '../tmux/scene.ts';

// The same test may run beside us.
const home = `h${process.pid}`;
const lib = join(import.meta.dirname, '../../tools/_lib');

/** What a script prints that has the functions of the wrapper and a tag. */
function inWrapper(script: string): string {
  const begin = `. "${lib}/processes.sh"; tag=${home}/task-1/1 beat= viewer= timer= out_tee= err_tee= own_group=none; exec 2>/dev/null; . "${lib}/children.sh"; open_pipe '3<>'\n`;
  const run = spawnSync('bash', ['-c', begin + script], { encoding: 'utf8' });
  return run.stdout.trim();
}

/** Runs it to its end without a pane, as the last words of a command. */
function wrapHere(one: PreparedRun, work: string, env: Record<string, string>, through: string[] = []) {
  const told = `wrapper_dir='${work}'\nwrapper_tool='${one.plan.toolDir}'\n`;
  fs.writeFileSync(join(one.files.dir, 'wrapper'), told);
  const [first = 'bash', ...rest] = [...through, 'bash', join(lib, 'wrapper.sh'), one.files.dir];
  return spawnSync(first, rest, {
    env: { ...process.env, ORCHESTRA_RUN: one.tag, ...env },
    encoding: 'utf8',
  });
}

const tagged = `env ORCHESTRA_RUN=${home}/task-1/1 sleep 600 <&- >&- 2>&- &`;
const awaitTag = 'until [[ $(tr "\\0" "\\n" </proc/$!/environ) == */task-1/1* ]]; do :; done';

test('a second look finds what was made since the first, and nothing else', () => {
  const found = inWrapper(`
    ${tagged} old=$!; ${awaitTag}
    read_last_pid; since=$last_pid
    find_tagged; [[ "\${tagged[*]}" == $old ]] && echo first
    find_younger_tagged "$since"; echo "\${#tagged[@]}"
    ${tagged} young=$!; ${awaitTag}
    env ORCHESTRA_RUN=${home}/task-1/11 sleep 600 <&- >&- 2>&- & other=$!; ${awaitTag}
    find_younger_tagged "$since"; [[ "\${tagged[*]}" == $young ]] && echo second
    viewer=$young
    find_younger_tagged "$since"; echo "\${#tagged[@]}"
    kill $old $young $other`);
  expect(found).toBe('first\n0\nsecond\n0');
});

test('where it cannot be told what is younger, all are looked at', () => {
  const found = inWrapper(`
    ${tagged} old=$!; ${awaitTag}
    for since in '' 99999999 1; do find_younger_tagged "$since"; [[ "\${tagged[*]}" == $old ]] && echo found; done
    kill $old`);
  expect(found).toBe('found\nfound\nfound');
});

test.runIf(fs.existsSync('/proc/self/environ'))(
  'one look tells that nothing is left of a run but what is the wrapper itself',
  () => {
    const found = inWrapper(`
    env ORCHESTRA_RUN=${home}/task-1/11 sleep 600 <&- >&- 2>&- & other=$!; ${awaitTag}
    is_clean && echo clean
    ${tagged} left=$!; ${awaitTag}
    is_clean || echo left
    viewer=$left; is_clean && echo own
    echo /proc/self/environ /proc/sel*/environ
    kill $left $other`);
    expect(found).toBe('clean\nleft\nown\n/proc/self/environ /proc/self/environ');
  },
);

// Of 128 watches that all programs of a user have together, two hundred panes must not take one each.
test.runIf(fs.existsSync('/proc/self/fdinfo'))('the plain viewer shows all without a watch', () => {
  const found = inWrapper(`
    run_dir=$(mktemp -d) beat=$$; echo one >$run_dir/output; : >$run_dir/stderr
    show_plain >$run_dir/shown & viewer=$!
    until [[ $(<$run_dir/shown) == one ]]; do sleep 0.01; done
    echo two >>$run_dir/output
    until [[ $(<$run_dir/shown) == *two ]]; do sleep 0.01; done
    cat $run_dir/shown; cat /proc/$viewer/fdinfo/* | grep -c inotify
    kill $viewer; rm -r $run_dir`);
  expect(found).toBe('one\ntwo\n0');
});

test('where pipes cannot be opened anew they have names for a moment, and all goes the same way', async () => {
  const { run, work } = scene();
  const one = run({ script: 'cat; echo trouble >&2; exit 6', prompt: 'given\n' });
  // Bash 5.0 kept here-strings in files.
  const result = wrapHere(one, work, { BASH_COMPAT: '50' });
  expect(result.stdout).toContain('given\n');
  expect(result.status).toBe(6);
  expect(await one.exit()).toMatchObject({ code: 6, signal: null });
  expect(fs.readFileSync(one.files.output, 'utf8')).toBe('given\n');
  expect(fs.readFileSync(one.files.stderr, 'utf8')).toBe('trouble\n');
  expect(fs.readdirSync(one.files.dir).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('nothing that bash parses anew as it runs stands where a trap may run meanwhile', () => {
  const anew = /\$\((?!\()|<\(|`/;
  const lines = ['wrapper.sh', 'processes.sh'].flatMap((name) =>
    fs.readFileSync(join(lib, name), 'utf8').split('\n'),
  );
  const found = lines.filter((line) => anew.test(line) && !/^\s*#/.test(line));
  // Before there is a trap.
  expect(found).toEqual([expect.stringContaining('agent_umask=$(umask)')]);
});

test.runIf(fs.existsSync('/proc/loadavg'))('one of a crowd lets others go first, but not for ever', () => {
  const pauses = inWrapper(`
    pause() { echo "$1"; }
    wrapper_crowd=0; await_turn; echo then
    wrapper_crowd=100000; await_turn`).split('\n');
  expect(pauses).toHaveLength(17);
  expect(pauses.at(-1)).toBe('then');
  expect(pauses.slice(0, 16).every((pause) => /^0\.[1-4]\d$/.test(pause))).toBe(true);
});

test('a pane yields to what is started by hand', async () => {
  const one = scene().run({
    script: `nice; until grep -q 'nice 10$' /proc/self/autogroup; do [ -w /proc/self/autogroup ] || exit 0; sleep 0.01; done`,
  });
  await one.open();
  expect(await one.exit()).toMatchObject({ code: 0 });
  expect(fs.readFileSync(one.files.output, 'utf8')).toBe('10\n');
});

test.runIf(fs.existsSync('/proc/self/autogroup'))(
  'a wrapper that leads no session leaves it as it is',
  () => {
    const { run, work } = scene();
    const one = run({ script: 'sleep 0.2' });
    const script = '"$@"; grep -o "nice .*" /proc/self/autogroup';
    expect(wrapHere(one, work, {}, ['setsid', '-w', 'bash', '-c', script, '-']).stdout).toMatch(
      /ended: exit 0 —\nnice 0$/m,
    );
  },
);

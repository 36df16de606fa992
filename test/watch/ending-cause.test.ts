import { expect, test } from 'vitest';
import { bootId, memoryKills } from '../../src/base/process.ts';
import type { Ending } from '../../src/model/ending.ts';
import type { Launch } from '../../src/model/plan.ts';
import { causeOf } from '../../src/watch/ending-cause.ts';
import { anEnding, launch } from '../model/samples.ts';

const boot = bootId();
const kills = memoryKills() ?? 0;
const launched = (machine: Launch['machine']): Launch => ({ ...launch, machine });
const killed: Partial<Ending> = { code: null, signal: 'SIGKILL' };
const lost: Partial<Ending> = { cause: 'lost', code: null, signal: null };

test.each<[string, Partial<Ending>, Parameters<typeof causeOf>[1], string | undefined]>([
  [
    'a wrapper that went in an earlier boot',
    lost,
    launched({ boot: 'earlier', memoryKills: 0 }),
    'restarted',
  ],
  ['a wrapper that went in this boot', lost, launched({ boot, memoryKills: kills }), undefined],
  ['a wrapper that went while memory ran out', lost, launched({ boot, memoryKills: kills - 1 }), 'memory'],
  ['a kill while memory ran out', killed, launched({ boot, memoryKills: kills - 1 }), 'memory'],
  [
    'a kill in a shell while memory ran out',
    { code: 137 },
    launched({ boot, memoryKills: kills - 1 }),
    'memory',
  ],
  ['a kill with memory to spare', killed, launched({ boot, memoryKills: kills }), 'signal'],
  ['a kill after a launch that told nothing of the machine', killed, launch, 'signal'],
  ['a failure while memory ran out', { code: 1 }, launched({ boot, memoryKills: kills - 1 }), undefined],
  ['a pane that was closed', { code: 0, asked: 'SIGHUP' }, launched({ boot, memoryKills: kills }), 'pane'],
  ['a wrapper that was sent a signal', { ...killed, asked: 'SIGTERM' }, launched({ boot }), 'asked'],
  [
    'a crash of its own',
    { code: null, signal: 'SIGSEGV' },
    launched({ boot, memoryKills: kills }),
    undefined,
  ],
  ['an exit', { code: 0 }, launched({ boot, memoryKills: kills }), undefined],
])('%s', (_, ending, from, cause) => {
  expect(causeOf(anEnding(ending), from)).toBe(cause);
});

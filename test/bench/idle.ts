import * as fs from 'node:fs';
import { readLock } from '../../src/store/conductor-lock.ts';
import { plainRow, type Row, until } from './measure.ts';
import type { Stage } from './stage.ts';

const AGENTS = 50;
const WINDOWS = 5;
const WINDOW_MS = 2000;
const TICKS_A_SECOND = 100;

/** What the conductor costs while its agents say nothing. */
export async function idleRows(stage: Stage): Promise<Row[]> {
  const home = stage.home('i');
  process.stderr.write(`  starting ${AGENTS} quiet agents ...\n`);
  const batch = `${stage.base}/quiet.jsonl`;
  fs.writeFileSync(batch, `${JSON.stringify({ task: 'Wait', tool: 'quiet' })}\n`.repeat(AGENTS));
  const words = ['delegate', '--batch', batch, '--detach', '--json'];
  const env = { ORCHESTRA_PARALLEL: String(AGENTS) };
  for (const line of stage.orchestra(home, words, { cwd: stage.folder, env }).trim().split('\n')) {
    const { task } = JSON.parse(line) as { task: string };
    await until(() => stage.noted(`${task}.quiet`), `the agent of ${task}`);
  }
  const pid = readLock(home)?.pid;
  if (pid === undefined) throw new Error('no conductor runs');
  await pause(WINDOW_MS);
  const shares: number[] = [];
  for (let window = 0; window < WINDOWS; window += 1) {
    const [start, before] = [performance.now(), cpuSeconds(pid)];
    await pause(WINDOW_MS);
    shares.push(((cpuSeconds(pid) - before) / (performance.now() - start)) * 1000 * 100);
  }
  const group = 'Idle';
  const rows = [
    plainRow(group, `conductor, CPU with ${AGENTS} quiet agents`, shares, '%', 1),
    plainRow(group, `conductor, memory (RSS) with ${AGENTS} quiet agents`, [residentMiB(pid)], 'MiB', 80),
  ];
  await stage.end(home);
  return rows;
}

/** A pause, while something else goes on. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function cpuSeconds(pid: number): number {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

/** What a process holds in memory (RSS). */
export function residentMiB(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1]) / 1024;
}

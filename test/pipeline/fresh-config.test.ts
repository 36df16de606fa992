import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { keepConfigFresh } from '../../src/pipeline/fresh-config.ts';
import { eventually } from '../support/stage.ts';

test('what the user changes counts while the conductor runs, and a fault changes nothing and is told once', async () => {
  const home = mkdtempSync(join(process.env.HOME as string, 'f'));
  const folder = join(home, 'orchestra');
  mkdirSync(folder);
  const env = { HOME: home, XDG_CONFIG_HOME: home };
  const { config } = loadConfig({ env });
  const lines: string[] = [];
  onTestFinished(keepConfigFresh(config, env, (line) => lines.push(line)));
  expect(config.dayBudget).toBeNull();

  writeFileSync(join(folder, 'config.yaml'), 'dayBudget: 7\nparallel: 2\n');
  await eventually(() => config.dayBudget === 7, 20);
  expect(config.parallel).toBe(2);
  expect(lines).toEqual(['configuration: parallel, dayBudget changed']);

  writeFileSync(join(folder, 'config.yaml'), 'dayBudget: much\n');
  await eventually(() => lines.length === 2, 20);
  expect(lines[1]).toContain('the configuration stays as it was: ~/orchestra/config.yaml:1');
  expect(config.dayBudget).toBe(7);

  writeFileSync(join(folder, 'config.yaml'), 'dayBudget: 8\n');
  await eventually(() => config.dayBudget === 8, 20);
  expect(lines).toHaveLength(3);
});

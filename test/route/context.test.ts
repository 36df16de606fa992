import { expect, test } from 'vitest';
import { loadRouting } from '../../src/config/load-routing.ts';
import { classify } from '../../src/route/classify.ts';
import { filesIn, holdingRules, noContext, nudgesOf } from '../../src/route/context.ts';

const { routing, scorer } = loadRouting({ env: {} });

function likelihood(task: string, category: string, context: { labels?: string[]; repo?: string[] } = {}) {
  const kind = classify(task, { routing, scorer, context: { labels: [], repo: [], ...context } });
  if (kind.category === category) return kind.confidence;
  return kind.others.find((other) => other.category === category)?.likelihood ?? 0;
}

test('the files that a text names are found', () => {
  expect(filesIn('Change src/Button.tsx, README.md and the Dockerfile; e.g. not this.')).toEqual(
    expect.arrayContaining(['src/Button.tsx', 'README.md', 'Dockerfile']),
  );
});

test('a label of the issue, a file of the task and the kind of repository move the category, and say so', () => {
  const plain = 'The total is computed twice';
  expect(likelihood(plain, 'security', { labels: ['security'] })).toBeGreaterThan(
    likelihood(plain, 'security'),
  );
  expect(likelihood('Tidy src/a.css', 'frontend')).toBeGreaterThan(likelihood('Tidy src/a.x', 'frontend'));
  expect(likelihood(plain, 'frontend', { repo: ['package react'] })).toBeGreaterThanOrEqual(
    likelihood(plain, 'frontend'),
  );
  const kind = classify(plain, { routing, scorer, context: { labels: ['type: bug'], repo: [] } });
  expect(kind.evidence.map(({ what }) => what)).toContain('context label-bug (type: bug)');
});

test('a text of one megabyte is classified by its head alone', () => {
  const head = 'Fix the colour of the button. ';
  const long = head + 'x '.repeat(2 * 4096);
  expect(classify(long + 'y'.repeat(1024 * 1024), { routing, scorer })).toEqual(
    classify(long, { routing, scorer }),
  );
});

test('many acceptance criteria speak for a complex task', () => {
  const holding = (criteria: number) => holdingRules(routing, 'x', { ...noContext, criteria });
  expect(holding(4)).toEqual([]);
  expect(nudgesOf(holding(5), 'tier')).toEqual([
    { what: 'context many-criteria (5 criteria)', to: 'complex', weight: 2.5 },
  ]);
  const kind = (criteria: number) =>
    classify('Add a button that exports the table', { routing, scorer, context: { ...noContext, criteria } });
  expect(kind(6).tier).toBe('complex');
  expect(kind(6).tierEvidence.map(({ what }) => what)).toContain('context many-criteria (6 criteria)');
  expect(kind(2).tier).not.toBe('complex');
});

import { expect, test } from 'vitest';
import { RunNews } from '../../src/pipeline/run-news.ts';
import { Inside } from './home.ts';

test('news of a run are seen by whoever asks, and stored together with what follows from them', async () => {
  const inside = new Inside();
  const { store } = inside.world;
  const view = inside.view(await inside.add(['echo done']));
  const news = new RunNews(store, view, 1);
  const before = store.lastSeq();
  news.add({ type: 'warned', message: 'first' });
  const parked = { run: 0, body: { type: 'parked', until: null, reason: 'second' } } as const;
  expect(news.seen([parked]).view).toMatchObject({ warnings: ['first'], status: 'parked', reason: 'second' });
  expect(view).toMatchObject({ warnings: [], status: 'queued' });
  expect(store.lastSeq()).toBe(before);
  news.store([parked]);
  expect(store.eventsAfter(before, 9).map(({ type, run }) => [type, run])).toEqual([
    ['warned', 1],
    ['parked', 0],
  ]);
  expect(view).toMatchObject({ warnings: ['first'], status: 'parked' });
  news.store();
  expect(store.lastSeq()).toBe(before + 2);
});

test('what could not be stored is not taken into the view, and is stored the next time', async () => {
  const inside = new Inside();
  const { store } = inside.world;
  const view = inside.view(await inside.add(['echo done']));
  let isFull = true;
  const appendWhen: typeof store.appendWhen = (...args) => {
    if (isFull) throw new Error('full');
    return store.appendWhen(...args);
  };
  const news = new RunNews({ appendWhen }, view, 1);
  news.add({ type: 'warned', message: 'first' });
  expect(() => news.store()).toThrow('full');
  expect(view.warnings).toEqual([]);
  isFull = false;
  news.store();
  expect(inside.view(view.id).warnings).toEqual(['first']);
});

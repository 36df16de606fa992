import { expect, test } from 'vitest';
import { homeAt, homeFrom, runFiles, runTag } from '../../src/model/home.ts';

test('the home is the one that is named, else under the state folder, else under HOME', () => {
  expect(homeFrom({ ORCHESTRA_HOME: '/o', XDG_STATE_HOME: '/x', HOME: '/h' }).root).toBe('/o');
  expect(homeFrom({ XDG_STATE_HOME: '/x', HOME: '/h' }).root).toBe('/x/orchestra');
  expect(homeFrom({ ORCHESTRA_HOME: '', XDG_STATE_HOME: '', HOME: '/h' }).root).toBe(
    '/h/.local/state/orchestra',
  );
});

test('no home at all, and one that depends on the folder, are refused with what to do', () => {
  expect(() => homeFrom({})).toThrow(
    expect.objectContaining({ code: 'config', hint: expect.stringContaining('HOME') }),
  );
  for (const relative of ['here', './here', '~/here'])
    expect(() => homeFrom({ ORCHESTRA_HOME: relative, HOME: '/h' })).toThrow(
      expect.objectContaining({ code: 'config', message: `The home "${relative}" is not an absolute path.` }),
    );
});

test('all files of a home lie in it, those of a run in its folder, and runs share none', () => {
  const home = homeAt('/o');
  for (const path of Object.values(home).slice(1)) expect(path.startsWith('/o/')).toBe(true);
  const files = Object.values(runFiles(home, 'task-5', 2));
  expect(new Set(files).size).toBe(files.length);
  for (const path of files) expect(`${path}/`.startsWith('/o/runs/task-5/2/')).toBe(true);
  expect(runTag('0123456789abcdef', 'task-5', 2)).toBe('0123456789abcdef/task-5/2');
});

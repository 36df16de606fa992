import { type Case, shared, work } from '../record-cases.ts';

export const cases: Record<string, Case> = {
  ...shared,
  'read-only': { script: { turns: work }, access: 'read-only' },
  'permission-denied': {
    script: { turns: [{ tool: 'write', path: '../outside.txt', content: 'no\n' }, { text: 'Done.' }] },
  },
};

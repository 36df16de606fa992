import { type Case, failing, failingLater, shared, work } from '../record-cases.ts';

const tooLong = {
  status: 400,
  type: 'context_length_exceeded',
  message: "This model's maximum context length is 200000 tokens.",
};

export const cases: Record<string, Case> = {
  ...shared,
  // It retries without a word, and for ever.
  'rate-limit-429': { ...shared['rate-limit-429'], termAtRequest: 3 },
  'server-500': { ...shared['server-500'], termAtRequest: 3 },
  'server-500-after-work': { ...shared['server-500-after-work'], termAtRequest: 3 },
  cut: { ...shared.cut, termAtRequest: 4 },
  'no-model': { script: { turns: work }, model: 'scripted/no-such-model' },
  'read-only': { script: { turns: work }, access: 'read-only' },
  'permission-denied': failingLater({
    tool: 'write',
    path: '../outside.txt',
    content: 'no\n',
    usage: { input: 12, output: 31, cacheRead: 2000 },
  }),
  'permission-asked': { script: { turns: work }, env: { OPENCODE_PERMISSION: '{"bash":"ask"}' } },
  subagent: {
    beside: [{ match: /Look around/, turns: [{ text: 'Nothing here.', usage: { input: 300, output: 9 } }] }],
    script: {
      turns: [
        {
          tool: 'call',
          name: 'task',
          input: { subagent_type: 'general', description: 'Look', prompt: 'Look around' },
          usage: { input: 500, output: 40 },
        },
        { text: 'My helper looked.', usage: { input: 600, output: 12 } },
      ],
    },
  },
  todo: {
    script: {
      turns: [
        {
          tool: 'call',
          name: 'todowrite',
          input: {
            todos: [
              { content: 'look', status: 'completed', priority: 'high' },
              { content: 'write', status: 'in_progress', priority: 'high' },
              { content: 'show', status: 'pending', priority: 'low' },
            ],
          },
          usage: { input: 700, output: 50 },
        },
        { text: 'I planned it.', usage: { input: 20, output: 8, cacheRead: 700 } },
      ],
    },
  },
  compacted: failing({ ...tooLong, for: 1 }),
  'bad-session': { script: { turns: work }, session: 'ses_00000000000000000000000000' },
};

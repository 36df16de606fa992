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
  'no-model': { script: { turns: work }, model: 'custom:no-such-model' },
  'read-only': {
    access: 'read-only',
    script: {
      turns: [
        { tool: 'call', name: 'Create', input: { file_path: 'hello.txt', content: 'hello\n' } },
        {
          tool: 'call',
          name: 'Execute',
          input: {
            command: 'cat hello.txt',
            summary: 'Show it',
            riskLevel: 'low',
            riskLevelReason: 'It reads',
          },
        },
        work[2],
      ],
    },
  },
  'permission-denied': failingLater({
    tool: 'call',
    name: 'Execute',
    input: {
      command: 'git push',
      summary: 'Push',
      riskLevel: 'high',
      riskLevelReason: 'It changes the remote',
    },
    usage: { input: 12, output: 31, cacheRead: 2000 },
  }),
  subagent: {
    access: 'full',
    beside: [{ match: /Look around/, turns: [{ text: 'Nothing here.', usage: { input: 300, output: 9 } }] }],
    script: {
      turns: [
        {
          tool: 'call',
          name: 'Task',
          input: {
            subagent_type: 'explorer',
            description: 'Look',
            prompt: 'Look around',
            complexity: 'light',
          },
          usage: { input: 500, output: 40 },
        },
        { text: 'My helper looked.', usage: { input: 600, output: 12 } },
      ],
    },
  },
  compacted: failing({ ...tooLong, for: 1 }),
};

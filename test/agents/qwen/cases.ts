import { type Case, failing, failingLater, shared, work } from '../record-cases.ts';

const refused = { status: 400, message: 'Invalid parameter: messages.' };

export const cases: Record<string, Case> = {
  ...shared,
  'auth-401': failing({ status: 401, message: 'Incorrect API key provided.' }),
  // Of 0.15.10: exit 0 and success, with the error for an answer.
  'auth-401-as-success': failing({ status: 401, message: 'Incorrect API key provided.' }),
  'bad-request-400': failing(refused),
  'bad-request-400-after-work': failingLater(refused),
  'resumed-then-400': {
    script: { turns: work, later: [[refused]] },
    before: true,
    prompt: 'What does it say?',
  },
  'model-404': failing({ status: 404, message: 'The model `no-such-model` does not exist.' }),
  'context-limit': failing({
    status: 400,
    type: 'context_length_exceeded',
    message: "This model's maximum context length is 131072 tokens.",
  }),
  // It retries without a word, for minutes.
  'rate-limit-429': {
    ...failing({ status: 429, message: 'Rate limit reached for requests.' }),
    termAtRequest: 3,
  },
  'server-500': { ...shared['server-500'], termAtRequest: 4 },
  'server-500-after-work': { ...shared['server-500-after-work'], termAtRequest: 4 },
  'permission-denied': {
    access: 'read-only',
    script: {
      turns: [
        { tool: 'call', name: 'write_file', input: { file_path: '/srv/hello.txt', content: 'hello' } },
        {
          tool: 'call',
          name: 'run_shell_command',
          input: { command: 'touch hello.txt', is_background: false },
        },
        {
          tool: 'call',
          name: 'agent',
          input: { description: 'x', prompt: 'write', subagent_type: 'general-purpose' },
        },
        { text: 'Done.' },
      ],
    },
  },
  'max-turns': { script: { turns: work }, extraArgs: ['--max-session-turns', '1'] },
};

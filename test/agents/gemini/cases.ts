import { type Case, failing, failingLater, shared, work } from '../record-cases.ts';
import { settings } from './settings.ts';

const dailyQuota = [
  {
    '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
    violations: [
      {
        quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
        quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier',
        quotaValue: '50',
      },
    ],
  },
  { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34s' },
];

export const cases: Record<string, Case> = {
  ...shared,
  'auth-401': failing({ status: 401, message: 'Request had invalid authentication credentials.' }),
  'bad-request-400': failing({ status: 400, message: 'Invalid JSON payload received.' }),
  'bad-key-400': failing({ status: 400, message: 'API key not valid. Please pass a valid API key.' }),
  'model-404': failing({
    status: 404,
    message:
      'models/no-such-model is not found for API version v1beta, or is not supported for generateContent.',
  }),
  'context-limit': failing({
    status: 400,
    message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
  }),
  'quota-429': failing({
    status: 429,
    message: 'You exceeded your current quota, please check your plan and billing details.',
    fields: { details: dailyQuota },
  }),
  // It retries for minutes.
  'rate-limit-429': {
    ...failing({ status: 429, message: 'Resource has been exhausted (e.g. check quota).' }),
    termAtRequest: 2,
  },
  'server-500': { ...failing({ status: 500, message: 'Internal error encountered.' }), termAtRequest: 2 },
  'server-500-after-work': { ...shared['server-500-after-work'], termAtRequest: 3 },
  'server-500-once': failingLater({ status: 500, message: 'Internal error encountered.', for: 1 }),
  'permission-denied': { script: { turns: work }, access: 'read-only' },
  'outside-folder': {
    script: { turns: [{ tool: 'write', path: '../outside.txt', content: 'no\n' }, { text: 'Done.' }] },
  },
  'failing-command': {
    script: {
      turns: [
        {
          tool: 'call',
          name: 'write_todos',
          input: {
            todos: [
              { description: 'run it', status: 'completed' },
              { description: 'mend it', status: 'in_progress' },
              { description: 'tell', status: 'pending' },
            ],
          },
        },
        { tool: 'shell', command: 'exit 3' },
        { text: 'Done.' },
      ],
    },
  },
  loop: {
    script: {
      turns: Array.from({ length: 12 }, () => ({
        tool: 'call' as const,
        name: 'list_directory',
        input: { dir_path: '.' },
      })),
    },
  },
  'max-turns': {
    script: { turns: work },
    files: { '.gemini/settings.json': JSON.stringify({ ...settings, model: { maxSessionTurns: 1 } }) },
  },
};

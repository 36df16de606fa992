import type { Agent } from '../agent.ts';
import { cases } from './cases.ts';

const told = { ends: 'failed auth', exit: 1, cost: 'exact estimated' } as const;
const looping = {
  ...told,
  ends: 'failed stalled',
  exit: 'SIGTERM',
  says: /silent for/,
} as const;
/** Its configuration's own price table. */
const cost = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };

export const agent: Agent = {
  tool: 'opencode',
  binary: 'opencode',
  model: 'scripted/scripted-model',
  modelGiven: true,
  price: { perMillion: cost },
  source: 'reported',
  foldsCacheWrite: true,
  setup: ({ url, key, home }) => ({
    env: {
      // XDG_CONFIG_HOME is the test's own, so the usual place is not looked at.
      OPENCODE_CONFIG: `${home}/opencode.json`,
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
    },
    files: {
      'opencode.json': JSON.stringify({ provider: { scripted: provider(url, key) } }),
    },
  }),
  sessions: ['.local/share/opencode'],
  timeLimit: 25,
  keepsToFolder: 'edit',
  tellsSpending: 'in the midst',
  rows: {
    '400': { ...told, ends: 'failed bad_request', says: /must be non-empty/ },
    '401': { ...told, says: /invalid x-api-key/ },
    '429': looping,
    '500': looping,
    cut: looping,
    'refused connection': { ...looping, cost: 'unknown' },
    'no key': { ...told, cost: 'unknown', says: /no API key provided/ },
    // It prints its help, and not a word of what is wrong.
    'bad flag': { ...told, ends: 'failed tool_version', cost: 'unknown', says: /printed its help/ },
    'bad session': { ...told, ends: 'failed bad_request', cost: 'unknown', says: /Session not found/ },
    'turn limit': { none: 'it has none' },
    SIGTERM: { ...told, ends: 'failed killed', exit: 'SIGTERM', says: /SIGTERM/ },
    SIGINT: { ...told, ends: 'failed killed', exit: 'SIGINT', says: /SIGINT/ },
    SIGKILL: { ...told, ends: 'failed killed', exit: 'SIGKILL', says: /SIGKILL/ },
  },
  helper: {
    name: 'task',
    input: { subagent_type: 'general', description: 'Look', prompt: 'Look around' },
    cost: 'less estimated',
  },
  cases,
};

function provider(url: string, key: string) {
  return {
    npm: '@ai-sdk/openai-compatible',
    name: 'Scripted',
    options: { baseURL: `${url}/v1`, apiKey: key },
    models: {
      'scripted-model': {
        name: 'Scripted Model',
        limit: { context: 200_000, output: 8192 },
        cost: { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 },
      },
    },
  };
}

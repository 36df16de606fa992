import type { Agent } from '../agent.ts';
import { cases } from './cases.ts';

const told = { ends: 'failed auth', exit: 1, cost: 'exact unknown' } as const;

export const agent: Agent = {
  tool: 'copilot',
  binary: 'copilot',
  model: 'scripted-model',
  modelGiven: true,
  source: 'unknown',
  setup: ({ url, key }) => ({
    env: {
      COPILOT_OFFLINE: 'true',
      COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
      COPILOT_PROVIDER_API_KEY: key,
    },
    files: {},
  }),
  sessions: ['.copilot/session-state'],
  timeLimit: 12,
  keepsToFolder: 'edit',
  tellsSpending: 'at its end',
  rows: {
    '400': { ...told, ends: 'failed bad_request', says: /must be non-empty/ },
    '401': { ...told, says: /Authentication failed with provider/ },
    // It gives up by itself after a minute of waits that grow.
    '429': { ...told, ends: 'failed stalled', exit: 143, says: /trouble it told of: status 429/ },
    '500': { ...told, ends: 'failed provider_error', says: /Internal server error/ },
    cut: { ...told, ends: 'failed network', says: /reading a body from connection/ },
    'refused connection': { ...told, ends: 'failed network', says: /./ },
    'no key': { ...told, says: /Authentication failed with provider/ },
    'bad flag': { ...told, ends: 'failed tool_version', cost: 'unknown', says: /unexpected argument/ },
    'bad session': { ...told, ends: 'failed bad_request', cost: 'unknown', says: /No session/ },
    'turn limit': { none: 'it has none' },
    SIGTERM: { ...told, ends: 'failed killed', exit: 143, says: /aborted/ },
    SIGINT: { ...told, ends: 'failed killed', exit: 130, says: /aborted/ },
    SIGKILL: { ends: 'failed killed', exit: 'SIGKILL', cost: 'unknown', says: /SIGKILL/ },
  },
  helper: {
    name: 'task',
    input: { agent_type: 'general-purpose', name: 'look', description: 'Look', prompt: 'Look around' },
    cost: 'exact unknown',
  },
  promptArrives: (text) => text.trimEnd(),
  cases,
};

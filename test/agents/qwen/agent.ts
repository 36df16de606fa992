import type { Agent } from '../agent.ts';
import { cases } from './cases.ts';

const settings = {
  security: { auth: { selectedType: 'openai' } },
  privacy: { usageStatisticsEnabled: false },
  general: { enableAutoUpdate: false },
};
const told = { ends: 'failed auth', exit: 0, cost: 'exact unknown' } as const;
const looping = {
  ends: 'failed stalled',
  // Its handlers send the signal on to itself.
  exit: 'SIGTERM',
  cost: 'exact unknown',
  says: /silent for/,
} as const;

export const agent: Agent = {
  tool: 'qwen',
  binary: 'qwen',
  model: 'qwen3-coder-plus',
  modelGiven: true,
  source: 'unknown',
  foldsCacheWrite: true,
  setup: ({ url, key }) => ({
    env: { OPENAI_API_KEY: key, OPENAI_BASE_URL: `${url}/v1` },
    files: { '.qwen/settings.json': JSON.stringify(settings) },
  }),
  sessions: ['.qwen/projects'],
  turnLimit: { args: ['--max-session-turns', '1'] },
  timeLimit: 12,
  tellsSpending: 'in the midst',
  rows: {
    '400': { ...told, ends: 'failed bad_request', says: /must be non-empty/ },
    '401': { ...told, says: /invalid x-api-key/ },
    '429': looping,
    '500': looping,
    cut: { ...told, ends: 'failed network', says: /terminated/ },
    'refused connection': { ...told, ends: 'failed network', says: /Connection error/ },
    'no key': { ...told, exit: 1, says: /API key/ },
    'bad flag': { ...told, ends: 'failed tool_version', exit: 1, cost: 'unknown', says: /unknown argument/i },
    'bad session': { ...told, ends: 'failed bad_request', exit: 1, cost: 'unknown', says: /session/i },
    'turn limit': { ...told, ends: 'failed over_budget', exit: 53, cost: 'exact unknown', says: /turns/ },
    SIGTERM: { ...told, ends: 'failed killed', exit: 'SIGTERM', cost: 'exact unknown', says: /SIGTERM/ },
    SIGINT: { ...told, ends: 'failed killed', exit: 'SIGINT', cost: 'exact unknown', says: /SIGINT/ },
    SIGKILL: { ...told, ends: 'failed killed', exit: 'SIGKILL', cost: 'exact unknown', says: /SIGKILL/ },
  },
  helper: {
    name: 'agent',
    input: { subagent_type: 'general-purpose', description: 'Look', prompt: 'Look around' },
    cost: 'exact unknown',
  },
  // Files that are named with @ are read in; run.sh keeps a text from being taken for a command.
  promptArrives: (text, start) => {
    if (start.startsWith('@')) return { within: text.slice(start.length) };
    return `${start.startsWith('/') ? '\n' : ''}${text}\n\n`;
  },
  cases,
};

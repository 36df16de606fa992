import type { Agent } from '../agent.ts';
import { cases } from './cases.ts';
import { settings } from './settings.ts';

const told = { ends: 'failed auth', exit: 1, cost: 'exact computed' } as const;
const untold = { ends: 'failed auth', exit: 1, cost: 'unknown' } as const;
const silent = { ...untold, ends: 'failed stalled', exit: 0 } as const;

export const agent: Agent = {
  tool: 'gemini',
  binary: 'gemini',
  model: 'gemini-2.5-pro',
  price: { provider: 'google' },
  source: 'computed',
  foldsCacheWrite: true,
  setup: ({ url, key }) => ({
    env: { GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: url },
    files: { '.gemini/settings.json': JSON.stringify(settings) },
  }),
  sessions: ['.gemini/tmp'],
  turnLimit: {
    files: { '.gemini/settings.json': JSON.stringify({ ...settings, model: { maxSessionTurns: 1 } }) },
  },
  timeLimit: 14,
  keepsToFolder: 'always',
  tellsSpending: 'at its end',
  rows: {
    '400': { ...told, ends: 'failed bad_request', exit: 144, says: /must be non-empty/ },
    '401': { ...told, exit: 145, says: /invalid x-api-key/ },
    '429': { ...silent, says: /trouble it told of: Attempt \d+ failed with status 429/ },
    '500': { ...silent, says: /trouble it told of: Attempt \d+ failed with status 500/ },
    cut: { ...told, ends: 'failed network', cost: 'exact estimated', says: /terminated/ },
    'refused connection': { ...silent, says: /trouble it told of: Attempt \d+ failed/ },
    'no key': { ...untold, exit: 41, says: /GEMINI_API_KEY/ },
    'bad flag': { ...untold, ends: 'failed tool_version', says: /unknown argument/i },
    'bad session': { ...untold, ends: 'failed bad_request', exit: 42, says: /session/i },
    'turn limit': { ...told, ends: 'failed over_budget', exit: 53, says: /max session turns/ },
    SIGTERM: { ...untold, ends: 'failed bad_output', exit: 0, says: /without its final event/ },
    SIGINT: { ...untold, ends: 'failed bad_output', exit: 0, says: /without its final event/ },
    SIGKILL: { ...untold, ends: 'failed killed', exit: 'SIGKILL', says: /SIGKILL/ },
  },
  // Files that are named with @ are read in; run.sh keeps a text from being taken for a command.
  promptArrives: (text, start) => {
    if (start.startsWith('@')) return { within: text.slice(start.length) };
    return start.startsWith('/') ? `\n${text}` : text;
  },
  cases,
};

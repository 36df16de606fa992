import type { Agent } from '../agent.ts';
import { cases } from './cases.ts';

const told = { ends: 'failed auth', exit: 1, cost: 'exact reported' } as const;

export const agent: Agent = {
  tool: 'claude-code',
  binary: 'claude',
  model: 'claude-sonnet-5',
  price: { provider: 'anthropic' },
  source: 'reported',
  setup: ({ url, key }) => ({
    env: {
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: key,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      CLAUDE_CODE_MAX_RETRIES: '1',
      DISABLE_AUTOUPDATER: '1',
      DISABLE_ERROR_REPORTING: '1',
      DISABLE_TELEMETRY: '1',
    },
    files: { '.claude.json': JSON.stringify({ hasCompletedOnboarding: true, theme: 'dark' }) },
  }),
  sessions: ['.claude/projects'],
  turnLimit: { args: ['--max-turns', '1'] },
  timeLimit: 7,
  keepsToFolder: 'edit',
  tellsSpending: 'in the midst',
  rows: {
    '400': { ...told, ends: 'failed bad_request', says: /400 .*must be non-empty/ },
    '401': { ...told, says: /Invalid API key/ },
    '429': { ...told, ends: 'failed rate_limit', says: /exceed your rate limit/ },
    '500': { ...told, ends: 'failed provider_error', says: /500 Internal server error/ },
    cut: { ...told, ends: 'failed network', cost: 'begun reported', says: /Connection to the API was lost/ },
    'refused connection': { ...told, ends: 'failed network', says: /Connection refused/ },
    'no key': { ...told, says: /Not logged in/ },
    'bad flag': { ends: 'failed tool_version', exit: 1, cost: 'unknown', says: /unknown option/ },
    'bad session': { ...told, ends: 'failed bad_request', says: /No conversation found/ },
    'turn limit': { ...told, ends: 'failed over_budget', says: /maximum number of turns/ },
    SIGTERM: { ends: 'failed killed', exit: 143, cost: 'less estimated', says: /SIGTERM/ },
    // It ends with its figures, or within a tenth of a second without them.
    SIGINT: {
      ends: 'failed killed',
      exit: 0,
      cost: /^(exact reported|less estimated)$/,
      says: /interrupted/,
    },
    SIGKILL: { ends: 'failed killed', exit: 'SIGKILL', cost: 'less estimated', says: /SIGKILL/ },
  },
  helper: {
    name: 'Agent',
    input: {
      description: 'Look',
      prompt: 'Look around',
      subagent_type: 'general-purpose',
      run_in_background: false,
    },
    cost: 'exact reported',
  },
  cases,
};

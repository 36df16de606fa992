import type { Agent } from '../agent.ts';
import { cases } from './cases.ts';

const untold = { ends: 'failed auth', exit: 1, cost: 'unknown' } as const;

export const agent: Agent = {
  tool: 'codex',
  binary: 'codex',
  model: 'gpt-6-sol',
  price: { provider: 'openai' },
  source: 'computed',
  setup: ({ url, key }) => ({
    env: { OPENAI_API_KEY: key },
    files: { '.codex/config.toml': config(url) },
  }),
  sessions: ['.codex/sessions'],
  timeLimit: 8,
  tellsSpending: 'at its end',
  rows: {
    '400': { ...untold, ends: 'failed bad_request', says: /must be non-empty/ },
    '401': { ...untold, says: /401 Unauthorized: .*invalid x-api-key/ },
    '429': { ...untold, ends: 'failed rate_limit', says: /429 Too Many Requests/ },
    '500': { ...untold, ends: 'failed provider_error', says: /experiencing high demand/ },
    cut: { ...untold, ends: 'failed network', says: /stream disconnected/ },
    'refused connection': {
      ...untold,
      ends: 'failed stalled',
      exit: 'SIGTERM',
      says: /trouble it told of: Reconnecting/,
    },
    'no key': { ...untold, says: /Missing environment variable/ },
    'bad flag': { ...untold, ends: 'failed tool_version', exit: 2, says: /unexpected argument/ },
    'bad session': { ...untold, ends: 'failed bad_request', says: /no rollout found/ },
    'turn limit': { none: 'it has none' },
    SIGTERM: { ...untold, ends: 'failed killed', exit: 'SIGTERM', says: /SIGTERM/ },
    SIGINT: { ...untold, ends: 'failed killed', says: /without a word: taken for an interrupt/ },
    SIGKILL: { ...untold, ends: 'failed killed', exit: 'SIGKILL', says: /SIGKILL/ },
  },
  cases,
};

function config(url: string): string {
  return `model_provider = "fake"
check_for_update_on_startup = false

[analytics]
enabled = false

[model_providers.fake]
name = "fake"
base_url = "${url}/v1"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 1
`;
}

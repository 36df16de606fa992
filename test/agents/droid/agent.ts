import type { Agent } from '../agent.ts';
import { cases } from './cases.ts';

const untold = { ends: 'failed auth', exit: 1, cost: 'unknown' } as const;
const looping = { ...untold, ends: 'failed stalled', exit: 0, says: /silent for/ } as const;

export const agent: Agent = {
  tool: 'droid',
  binary: 'droid',
  model: 'custom:scripted-model',
  modelGiven: true,
  modelTold: 'custom:Scripted-0',
  source: 'unknown',
  foldsCacheWrite: true,
  setup: ({ url, key }) => ({
    env: {
      FACTORY_AIRGAP_ENABLED: 'true',
      FACTORY_DROID_AUTO_UPDATE_ENABLED: 'false',
      FACTORY_DISABLE_KEYRING: '1',
    },
    files: { '.factory/settings.json': JSON.stringify({ customModels: [customModel(url, key)] }) },
  }),
  sessions: ['.factory/sessions'],
  timeLimit: 8,
  tellsSpending: 'at its end',
  rows: {
    '400': { ...untold, ends: 'failed bad_request', says: /must be non-empty/ },
    '401': { ...untold, says: /invalid x-api-key/ },
    '429': looping,
    '500': looping,
    cut: looping,
    'refused connection': { ...untold, ends: 'failed network', says: /./ },
    'no key': { ...untold, says: /key/i },
    'bad flag': { ...untold, ends: 'failed tool_version', says: /unknown option/ },
    'bad session': { ...untold, ends: 'failed internal', says: /exited with status 1/ },
    'turn limit': { none: 'it has none' },
    SIGTERM: { ...untold, ends: 'failed bad_output', exit: 0, says: /without its final event/ },
    SIGINT: { ...untold, ends: 'failed bad_output', exit: 0, says: /without its final event/ },
    SIGKILL: { ...untold, ends: 'failed killed', exit: 'SIGKILL', says: /SIGKILL/ },
  },
  helper: {
    name: 'Task',
    input: { subagent_type: 'explorer', description: 'Look', prompt: 'Look around', complexity: 'light' },
    access: 'full',
    cost: 'less unknown',
  },
  cases,
};

function customModel(url: string, key: string) {
  return {
    model: 'scripted-model',
    displayName: 'Scripted',
    baseUrl: `${url}/v1`,
    apiKey: key,
    provider: 'generic-chat-completion-api',
    maxOutputTokens: 4096,
  };
}

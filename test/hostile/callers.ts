import type { Case } from './cases.ts';

/** Callers whose environment tells git of other places and other ways. */
export const callers: Case[] = [
  { name: 'GIT_DIR of another repository', env: { GIT_DIR: '$OTHER/.git', GIT_WORK_TREE: '$OTHER' } },
  {
    name: 'GIT_DIR as hooks have it',
    env: { GIT_DIR: '.git', GIT_INDEX_FILE: '.git/index', GIT_PREFIX: 'src/' },
  },
  { name: 'GIT_INDEX_FILE elsewhere', env: { GIT_INDEX_FILE: '$OTHER/.git/index' } },
  { name: 'GIT_WORK_TREE alone', env: { GIT_WORK_TREE: '/' } },
  { name: 'GIT_COMMON_DIR', env: { GIT_COMMON_DIR: '$OTHER/.git' } },
  {
    name: 'objects elsewhere',
    env: {
      GIT_OBJECT_DIRECTORY: '$OTHER/.git/objects',
      GIT_ALTERNATE_OBJECT_DIRECTORIES: '/nowhere',
      GIT_QUARANTINE_PATH: '/nowhere',
    },
  },
  {
    name: 'settings by number',
    env: {
      GIT_CONFIG_COUNT: '5',
      GIT_CONFIG_KEY_0: 'core.hooksPath',
      GIT_CONFIG_VALUE_0: '/nowhere',
      GIT_CONFIG_KEY_1: 'commit.gpgSign',
      GIT_CONFIG_VALUE_1: 'true',
      GIT_CONFIG_KEY_2: 'gpg.program',
      GIT_CONFIG_VALUE_2: '/bin/false',
      GIT_CONFIG_KEY_3: 'diff.noprefix',
      GIT_CONFIG_VALUE_3: 'true',
      GIT_CONFIG_KEY_4: 'core.bare',
      GIT_CONFIG_VALUE_4: 'true',
    },
  },
  {
    name: 'settings as parameters',
    env: { GIT_CONFIG_PARAMETERS: "'core.bare'='true' 'core.worktree'='/'" },
  },
  { name: 'settings of nobody', env: { GIT_CONFIG_GLOBAL: '/nowhere', GIT_CONFIG_SYSTEM: '/nowhere' } },
  { name: 'GIT_NAMESPACE', env: { GIT_NAMESPACE: 'other' } },
  { name: 'GIT_CEILING_DIRECTORIES', env: { GIT_CEILING_DIRECTORIES: '/' } },
  {
    name: 'pathspecs, editors and pagers',
    env: {
      GIT_LITERAL_PATHSPECS: '1',
      GIT_EDITOR: 'false',
      GIT_SEQUENCE_EDITOR: 'false',
      GIT_PAGER: 'false',
      GIT_EXTERNAL_DIFF: 'false',
      GIT_DIFF_OPTS: '--unified=9',
    },
  },
  {
    name: 'replaced, grafted and shallow history',
    repo: 'git commit -q --allow-empty -m 2; echo > ../no-grafts',
    env: {
      GIT_SHALLOW_FILE: '../no-grafts',
      GIT_GRAFT_FILE: '../no-grafts',
      GIT_REPLACE_REF_BASE: 'refs/heads/',
    },
  },
  { name: 'traces', env: { GIT_TRACE: '1', GIT_TRACE_SETUP: '2', GIT_CURL_VERBOSE: '1' } },
  { name: 'times of long ago', env: { GIT_AUTHOR_DATE: '@1 +0000', GIT_COMMITTER_DATE: 'nonsense' } },
  { name: 'attributes of another tree', env: { GIT_ATTR_SOURCE: 'nowhere', GIT_ATTR_NOSYSTEM: '1' } },
];

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Profile } from '../../src/model/profile.ts';
import { accessLevels, tiers } from '../../src/model/words.ts';
import { type RecordedFacts, recordedFacts } from '../../src/profiles/recorded-facts.ts';
import { code, page, tableOf } from './markdown.ts';
import { sourceOf } from './source.ts';

interface Tool {
  profile: Profile;
  facts: RecordedFacts;
}

const folder = join(import.meta.dirname, '../../tools');

/** The compatibility matrix: every shipped tool, from its profile and its recordings. */
export function toolsPage(): string {
  const tools = readdirSync(folder)
    .filter((name) => !/^[_.]/.test(name))
    .sort()
    .map((name): Tool => {
      const profile = Profile.parse(parse(sourceOf(`tools/${name}/profile.yaml`)));
      return { profile, facts: recordedFacts(profile, join(folder, name)) };
    });
  return page([
    '# Tools',
    'Made by `npm run docs` from the profiles and recordings under `tools/`. Change those, not this page. `orchestra tools` shows the same for this machine, with what is installed.',
    '## At a glance',
    tableOf(
      ['tool', 'program', 'versions', 'format', 'read-only', 'edit', 'resume', 'cost', 'seen'],
      tools.map(glance),
    ),
    '`read-only` and `edit`: **holds** where the tool itself keeps to the level, *asked* where it is told and nothing makes it; a read-only task that has changed a file fails in any case. `cost`: *reported* in dollars by the tool, *computed* from its tokens and a price list, or *unknown*. `seen`: versions that recordings were made of by running them; *documented* ones were made from documentation or source.',
    '## Models',
    'By tier; a dash leaves the choice to the tool.',
    tableOf(
      ['tool', ...tiers],
      tools.map(({ profile }) => [nameOf(profile), ...tiers.map((tier) => profile.models[tier] ?? '–')]),
    ),
    '## Access',
    ...tools.map(accessPart),
    '## Installing',
    tableOf(
      ['tool', 'with'],
      tools.flatMap(({ profile }) =>
        Object.entries(profile.install).map(([system, hint]) => [
          system === 'any' ? nameOf(profile) : `${nameOf(profile)}, ${system}`,
          code(hint),
        ]),
      ),
    ),
  ]);
}

function glance({ profile, facts }: Tool): string[] {
  const level = (name: 'read-only' | 'edit') => (profile.access[name]?.enforced ? '**holds**' : '*asked*');
  return [
    `[${nameOf(profile)}](../tools/${profile.name}/README.md)`,
    code(profile.binary),
    profile.version === undefined ? 'not asked' : code(profile.version.range),
    code(profile.format),
    level('read-only'),
    level('edit'),
    profile.resume ? 'yes' : 'no',
    facts.cost ?? 'not recorded',
    seenOf(facts),
  ];
}

function seenOf({ versions, documented }: RecordedFacts): string {
  const parts = [...versions, ...documented.map((version) => `${version} *documented*`)];
  return parts.length === 0 ? 'no recordings' : parts.join(', ');
}

function accessPart({ profile }: Tool): string {
  const rows = accessLevels.map((level) => {
    const note = profile.access[level];
    return [code(level), note?.enforced ? 'yes' : 'no', note?.note ?? 'nothing is said'];
  });
  return page([`### ${nameOf(profile)}`, tableOf(['level', 'enforced by the tool', 'how'], rows)]);
}

function nameOf(profile: Profile): string {
  return profile.title ?? profile.name;
}

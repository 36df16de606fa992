import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { findTools } from '../pipeline/decide-route.ts';
import { platformKey } from '../pipeline/platform.ts';
import { probeVersion } from '../profiles/probe-version.ts';
import { recordedFacts } from '../profiles/recorded-facts.ts';
import { shortcomings } from '../profiles/shortcomings.ts';
import { signedIn } from '../profiles/signed-in.ts';
import { field, type Operation } from './operation.ts';

const input = z.object({
  tool: field(z.string().optional(), { description: 'only this one', positional: true, value: 'TOOL' }),
});

/** Every tool profile, with what is installed. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'tools',
  summary: 'list the coding agents: installed, version, supported or not, signed in, what they lack',
  effect: 'read',
  input,
  output: 'orchestra.tools/1',
  async run(caller, given) {
    const found = findTools(caller.env);
    const mine = (name: string) => given.tool === undefined || given.tool === name;
    const tools = found.tools.filter(({ profile }) => mine(profile.name));
    const problems = found.problems.filter(({ tool }) => mine(tool));
    if (given.tool !== undefined && tools.length + problems.length === 0) {
      const known = found.tools.map(({ profile }) => profile.name).join(', ');
      throw new OrchestraError('usage', `There is no tool "${given.tool}".`, { hint: `Known: ${known}.` });
    }
    const system = platformKey() === 'macos' ? 'macos' : 'linux';
    const listed = await Promise.all(
      tools.map(async ({ profile, dir, origin, binary }) => {
        const version = await probeVersion(profile, binary);
        const { cost } = recordedFacts(profile, dir);
        return {
          name: profile.name,
          title: profile.title ?? profile.name,
          origin,
          dir,
          binary,
          ...version,
          range: profile.version?.range ?? null,
          signedIn: signedIn(profile, caller.env, system),
          format: profile.format,
          automatic: profile.automatic,
          models: profile.models,
          resume: profile.resume,
          access: profile.access,
          cost,
          lacks: shortcomings(profile, version, cost),
          strengths: profile.strengths,
          install: profile.install[platformKey()] ?? profile.install.any ?? null,
        };
      }),
    );
    return { documents: [{ schema: 'orchestra.tools/1', tools: listed, problems }] };
  },
};

import * as z from 'zod';
import { findTools } from '../pipeline/decide-route.ts';
import { platformKey } from '../pipeline/platform.ts';
import { probeVersion } from '../profiles/probe-version.ts';
import type { Operation } from './operation.ts';

const input = z.object({});

/** Every tool profile, with what is installed. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'tools',
  summary: 'list the coding agents: installed, version, supported or not',
  effect: 'read',
  input,
  output: 'orchestra.tools/1',
  async run(caller) {
    const { tools, problems } = findTools(caller.env);
    const listed = await Promise.all(
      tools.map(async ({ profile, dir, origin, binary }) => ({
        name: profile.name,
        title: profile.title ?? profile.name,
        origin,
        dir,
        binary,
        ...(await probeVersion(profile, binary)),
        range: profile.version?.range ?? null,
        format: profile.format,
        automatic: profile.automatic,
        models: profile.models,
        resume: profile.resume,
        access: profile.access,
        strengths: profile.strengths,
        install: profile.install[platformKey()] ?? profile.install.any ?? null,
      })),
    );
    return { documents: [{ schema: 'orchestra.tools/1', tools: listed, problems }] };
  },
};

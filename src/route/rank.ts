import type { Profile } from '../model/profile.ts';
import type { Routing } from '../model/routing.ts';
import type { Category, Tier } from '../model/words.ts';

/** A tool profile and whether its program is on this machine. */
export interface ToolState {
  profile: Profile;
  installed: boolean;
}

/** Every tool that is named or known, best first. */
export interface Ranking {
  /** The tool rule that decided, or `default`. */
  rule: string;
  names: string[];
}

/**
 * The order of the tools for a category and tier: those of the first tool rule that fits, then the default's, then
 * the rest with the category among their strengths, then the others by name. `safe` leaves the tool rules out.
 */
export function rankTools(
  routing: Routing,
  category: Category,
  tier: Tier,
  tools: readonly ToolState[],
  options: { safe?: boolean } = {},
): Ranking {
  const rule =
    options.safe === true
      ? undefined
      : routing.tools.find(
          (one) => (one.categories?.includes(category) ?? true) && (one.tiers?.includes(tier) ?? true),
        );
  const byName = tools.map(({ profile }) => profile).sort((a, b) => (a.name < b.name ? -1 : 1));
  const strong = byName.filter((profile) => profile.strengths.includes(category));
  const rest = [...strong, ...byName].map((profile) => profile.name);
  return {
    rule: rule?.name ?? 'default',
    names: [...new Set([...(rule?.tools ?? []), ...routing.default.tools, ...rest])],
  };
}

/** Obstacles of a tool that is not here. */
export const notInstalled = 'not installed';
export const noProfile = 'there is no profile of this name';

/** Why the router cannot choose this tool by itself, or undefined when it can. */
export function obstacleOf(tool: ToolState | undefined): string | undefined {
  if (tool === undefined) return noProfile;
  if (!tool.profile.automatic) return 'taken only when asked for with --tool';
  return tool.installed ? undefined : notInstalled;
}

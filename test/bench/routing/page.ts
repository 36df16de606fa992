import type { Routing, Scorer } from '../../../src/model/routing.ts';
import { prior } from '../../../src/route/standing.ts';
import type { RoutingReport } from './measure.ts';
import { matrix, percent } from './report.ts';
import { actors, belowTier, history, type Outcome, work } from './simulate.ts';
import { wantedPrecision } from './train-scorer.ts';

interface Parts {
  routing: Routing;
  scorer: Scorer | undefined;
  unseen: RoutingReport;
  shipped: RoutingReport;
  outcomes: readonly Outcome[];
}

/** `docs/routing.md`. */
export function routingPage({ routing, scorer, unseen, shipped, outcomes }: Parts): string {
  const rules = ['categories', 'votes', 'context', 'tiers'] as const;
  const counts = rules.map((list) => routing[list].length);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const dearest = outcomes[0]?.usd ?? 0;
  return `# Routing

Made by \`npm run bench:routing -- DATA.jsonl --write\` from a set of ${unseen.tasks} labelled tasks of ${Object.keys(unseen.byRepo).length} public repositories, which is
not part of this one. Change \`test/bench/routing/page.ts\`, not this page.

## How a task finds its tool

1. **Category.** The first rule of \`categories\` in \`config/routes.yaml\` whose pattern is found decides; rules of your own come
   first. What they leave open a linear scorer settles: each of the \`votes\` that is found, and each word, adds its weight from
   \`config/scorer.json\` to the categories. There are ${all} rules (${rules.map((list, at) => `${counts[at]} ${list}`).join(', ')}), each with an example
   that it must match and one that it must not.
   Found words are counted, too: the category for which the rules find most has a weight.
2. **Context.** The files that the task names, the labels of its issue (\`--label\`), and what the repository is made of (the names
   at its root and its \`package.json\`) add the weights of the \`context\` rules. Length and named criteria count for the tier.
3. **Confidence.** The likelihood of the best category, scaled so that it is how often the scorer was right on repositories that
   it was not trained on. From ${percent(scorer?.confident ?? null)} on the router calls itself confident. Below, it says so and takes the safe
   default: the tools of \`default\` in their order, whatever was learned.
4. **Tool and model.** The order of the first rule of \`tools\` that fits; a tool that is not installed stands back, and so does one
   whose estimate is above the task's budget or above what the budgets of the day (\`dayBudget\`, \`toolBudgets\`) have left. The tier
   chooses the model in the tool's profile.
5. **What was learned here**, below. \`--tool\`, \`--category\` and \`--tier\` always win.

\`orchestra route --task TEXT\` shows the rule, the words that moved the scorer with their weights, the next likely categories, why
not the other tools, and the estimate. No model is asked.

## Figures

"Unseen" is the honest column: each repository was answered by a scorer trained on the other ones. "As shipped" is the same set with
the scorer that was trained on all of it. The rules were written with this set at hand, so both flatter them somewhat.

| | unseen | as shipped |
|---|---|---|
| category, of 11: accuracy | ${percent(unseen.categories.accuracy)} | ${percent(shipped.categories.accuracy)} |
| category, of 11: macro-F1 | ${unseen.categories.macroF1.toFixed(3)} | ${shipped.categories.macroF1.toFixed(3)} |
| coarse five: accuracy | ${percent(unseen.coarse.accuracy)} | ${percent(shipped.coarse.accuracy)} |
| coarse five: macro-F1 | ${unseen.coarse.macroF1.toFixed(3)} | ${shipped.coarse.macroF1.toFixed(3)} |
| tier: accuracy | ${percent(unseen.tiers.accuracy)} | ${percent(shipped.tiers.accuracy)} |
| confident: share of decisions | ${percent(unseen.confident.coverage)} | ${percent(shipped.confident.coverage)} |
| confident: of those right | ${percent(unseen.confident.precision)} | ${percent(shipped.confident.precision)} |
| most confident 40 %: right | ${percent(unseen.precisionAt['40 %'] ?? null)} | ${percent(shipped.precisionAt['40 %'] ?? null)} |

The limit of confidence is where ${percent(wantedPrecision)} of the decisions above it were right on repositories left out of training. By repository,
unseen:

| repository | tasks | of 11 | coarse five |
|---|---|---|---|
${Object.entries(unseen.byRepo)
  .map(([repo, own]) => `| ${repo} | ${own.tasks} | ${percent(own.accuracy)} | ${percent(own.coarse)} |`)
  .join('\n')}

Truth (rows) and answer (columns), unseen:

\`\`\`text
${matrix(unseen.categories.confusion)}

${matrix(unseen.coarse.confusion)}

${matrix(unseen.tiers.confusion)}
\`\`\`

\`npm run bench:routing -- DATA.jsonl\` prints the same for any file of JSON lines with \`task\`, \`label\`, \`tier\` and \`repo\`, with
\`--cross-validate\` trained anew for each repository; \`--json\` gives it as data. \`npm run train:routing -- DATA.jsonl\` makes
\`config/scorer.json\` again: multinomial logistic regression on votes and words, the same file from the same data.

## What is learned

Counts, for each category, tier and tool: good (landed, or done with nothing to land), bad (rejected, failed by its own fault, or
given to another tool), given to another tool, passed over by \`--tool\` and named with it, checks passed and failed, and the last 40
prices and times of each model. It is counted as it happens: when a run settles, and when you approve, reject or retry. A run in review
counts once it is decided. A failure by login, limits, network or a missing program counts for nobody.

Every tool is taken to do ${prior.good} of ${prior.good + prior.bad} tasks well before anything is known (a Beta(${prior.good}, ${prior.bad}) prior). Outcomes of the same category and another tier
count half, an override half a failure of the tool passed over unless that one was named as often in place of others. A tool comes before the first of the rules only where it is better
with 95 % certainty, so ten tasks don't turn the world and a hundred do; or where it does as well and its middle price is at most 70 %.

Nothing is tried out on your money: no task goes to another tool by chance, to see how it does. A tool that has never had a task keeps
its ${percent(prior.good / (prior.good + prior.bad))}, so it gets one when the tool before it has clearly fallen below that, when that one's budget is used up, when an error hands the task
on, or when you name it with \`--tool\` or \`retry --tool\`; each of these counts from then on.

The counts stand in \`learned.json\` in the home and can be made again from the ledger and the events: deleting that file loses nothing.
\`orchestra tune --forget\` deletes what was learned for good: it notes in \`learned-since.json\` where ledger and events end, and
counting begins there, as on the first day. \`learning: off\` in \`config.yaml\` keeps all of it out of the choice; estimates still use it.

\`orchestra tune\` shows which rules were overridden, rejected and retried here, and the counts. Where three tasks or more of one rule were
given another category, or most tasks of a category another tool, it proposes a rule for your own \`routes.yaml\` as a diff;
\`--apply\` writes it.

## Estimates

The middle (P50) and what nine of ten stay below (P90), of the last runs that worked out: of the same tier, category, tool and model
while there are at least three, then of fewer of these. Before there is history, what the tool's profile declares, marked as such.
\`orchestra stats\` shows how often the truth lay below each.

## What it saves: a simulation

Made up, so that the answer is known: the ${unseen.tasks} tasks above in a shuffled order, with their true categories and tiers, the unseen scorers,
and three tools whose work is good by chance as follows. The first ${history} tasks are the past, given to the tools in turn; the policies
are played on the rest. A model below the task's tier keeps ${belowTier * 100} % of its chance for each tier. What is
not good is done again by the dearest model. A task is ${work.trivial}, ${work.standard} or ${work.complex} units of work by its tier.

| tool | dollars a unit, small / middle / large model | good | better at |
|---|---|---|---|
${actors
  .map(
    ({ name, usd, success, better }) =>
      `| ${name} | ${usd.trivial} / ${usd.standard} / ${usd.complex} | ${percent(success)} | ${better.categories.join(', ')}: ${percent(better.success)} |`,
  )
  .join('\n')}

| policy | dollars, repeats included | saved | good at the first try |
|---|---|---|---|
${outcomes
  .map(
    ({ policy, usd, firstTry }) =>
      `| ${policy} | ${usd.toFixed(0)} | ${percent(1 - usd / dearest)} | ${percent(firstTry)} |`,
  )
  .join('\n')}

It shows that the machinery finds what is there, not what real tools cost.
`;
}

import * as fs from 'node:fs';
import { join, relative, resolve } from 'node:path';
import * as z from 'zod';
import { errnoOf, OrchestraError } from '../base/errors.ts';
import { guessChecks } from '../config/test-command.ts';
import { inspectRepo } from '../git/repo.ts';
import { field, type Operation } from './operation.ts';

const input = z.object({
  repo: field(z.string().optional(), { description: 'the repository (default: here)', value: 'DIR' }),
});

/** Sets up a repository: a configuration that fits it, and an example of a task file. Overwrites nothing. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'init',
  summary: 'set up a repository: .orchestra/ with a configuration and an example',
  effect: 'write',
  input,
  output: 'orchestra.init/1',
  async run(caller, { repo }) {
    const facts = await inspectRepo(resolve(caller.cwd, repo ?? '.'));
    if (facts.kind === 'none' || facts.kind === 'bare') {
      const what = facts.kind === 'none' ? 'is not a git repository' : 'is a bare repository';
      throw new OrchestraError('usage', `${facts.root} ${what}.`, {
        hint:
          facts.kind === 'none'
            ? 'Go to the repository, or make one: git init'
            : 'Clone it, and set up the clone.',
      });
    }
    const checks = guessChecks(facts.root);
    const folder = join(facts.root, '.orchestra');
    const files = { 'config.yaml': configText(checks), 'example-task.yaml': exampleText(checks[0]) };
    const created: string[] = [];
    const kept: string[] = [];
    for (const [name, text] of Object.entries(files)) {
      const path = join(folder, name);
      (writeNew(path, text) ? created : kept).push(relative(facts.root, path));
    }
    return {
      documents: [
        { schema: 'orchestra.init/1', repo: facts.root, created, kept, checks: checks.slice(0, 1) },
      ],
    };
  },
};

/** Writes a file unless there is one. Throws `config` when the folder cannot be written. */
function writeNew(path: string, text: string): boolean {
  try {
    fs.mkdirSync(join(path, '..'), { recursive: true });
    fs.writeFileSync(path, text, { flag: 'wx', flush: true });
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' && fs.existsSync(path)) return false;
    throw new OrchestraError('config', `${path} cannot be written (${errnoOf(error)}).`, {
      hint: 'Make the repository writable for you.',
      cause: error,
    });
  }
}

// The first is meant; the others are there to choose from.
function configText(checks: readonly string[]): string {
  const [first, ...others] = checks;
  const list = [
    first === undefined ? 'checks: []' : `checks:\n  - ${JSON.stringify(first)}`,
    ...(first === undefined
      ? ['# checks:', '#   - "make test"']
      : others.map((check) => `  # - ${JSON.stringify(check)}`)),
  ].join('\n');
  return `# Settings of Orchestra for this repository. All of them with their values: orchestra config

# Shell commands that check each task's work, run in its worktree. A fresh worktree has no installed dependencies, so
# install them first where that is needed. They count once you have run \`orchestra trust\` here.
${list}

# Longest a single check may take.
# checkTimeout: 10m

# Longest a run may take when the task does not say.
# timeout: 60m

# What a task may do when it does not say: read-only, edit or full (full needs \`orchestra trust\`).
# access: edit

# More environment variables that every tool gets (needs \`orchestra trust\`).
# env: [DATABASE_URL]
`;
}

function exampleText(check: string | undefined): string {
  return `# A task file: orchestra delegate --file .orchestra/example-task.yaml
# Its keys are the flags of \`orchestra delegate\`; only task is needed.
task: |
  Read the README and correct what is not true any more.

# Which kind of work it is and how hard; without them the text decides.
category: docs
tier: trivial

# What must be true at the end, one sentence each; the agent is told.
criteria:
  - Every command that the README names exists

# Where it may change files; the agent is told, and a change elsewhere does not pass.
scope: ["*.md", docs/]

# What must hold, beside the checks of the repository: commands, or checks of the kinds tests, files, clean and diff.
checks:
  - { kind: files, exist: ["README*"] }
  - { kind: diff, maxFiles: 10 }
  # - ${JSON.stringify(check ?? 'make test')}

# What it should read first, from the root of the repository.
# context: { files: [README.md], notes: "The install section is from last year." }

# Other tasks it comes after: ids, or the names of files given in the same call.
# name: readme
# after: [task-1]

# Stop at this many US dollars, or after this time.
# budget: 2
timeout: 30m

# What the agent may do: read-only, edit or full.
access: edit
`;
}

/** A repository or an agent that makes trouble, and what must come of it. */
export interface Case {
  name: string;
  /** Shell commands that make the repository what it is, in a copy of the usual one. */
  repo?: string;
  /** Shell commands of the agent; without any it writes `x.txt`. `$USERS` is the user's working tree. */
  agent?: string[];
  /** Status after the run; `refused` when no task may be made of it. Default review. */
  status?: string;
  /** In the reason, or in the words of a refusal. */
  says?: RegExp;
  /** A warning that the task carries. */
  warns?: RegExp;
  /** Findings of the policy, each in one of its lines. */
  finds?: RegExp[];
  /** The changed files that the summary names. Default `x.txt`. */
  files?: string[];
  /** Words with which `approve` is refused; without, the work lands. `null`: approve is not asked. */
  approve?: RegExp | null;
  flags?: string[];
  /** What of the user's may differ, since the agent itself has changed it. */
  changed?: RegExp;
  /** Commands that must succeed in the user's repository afterwards. `$TASK` and `$WORK` (the worktree) are set. */
  after?: string;
  /** More of the environment in which the user calls us; `$OTHER` is another repository of theirs. */
  env?: Record<string, string>;
  /** Only as root, who can make files that are somebody else's. */
  root?: boolean;
}

const failingHooks = `for hook in pre-commit commit-msg prepare-commit-msg post-commit post-checkout post-merge pre-merge-commit reference-transaction post-index-change pre-rebase pre-auto-gc; do printf '#!/bin/sh\\nexit 1\\n' > $H/$hook; chmod +x $H/$hook; done`;
const write = 'echo x > x.txt';

export const repositories: Case[] = [
  { name: 'hooks that fail', repo: `H=.git/hooks; mkdir -p $H; ${failingHooks}` },
  {
    name: 'core.hooksPath',
    repo: `H=my-hooks; mkdir $H; ${failingHooks}; git config core.hooksPath my-hooks`,
  },
  {
    name: 'links out of the tree',
    repo: 'ln -s /etc etc; ln -s ../.. up; ln -s /nowhere gone; git add -A; git commit -qm l',
  },
  {
    name: 'a submodule',
    repo: 'git clone -q . ../sub-of-it; git -c protocol.file.allow=always submodule --quiet add ../sub-of-it sub; git commit -qm sub',
  },
  {
    name: 'CRLF and autocrlf',
    repo: "printf 'a\\r\\nb\\r\\n' > crlf.txt; git add -A; git commit -qm c; git config core.autocrlf true",
  },
  {
    name: 'mixed line endings',
    repo: "printf 'a\\r\\nb\\n' > m.txt; git add -A; git commit -qm c; printf '* text=auto eol=lf\\n' > .gitattributes",
  },
  {
    name: 'names that differ in case',
    repo: 'echo 1 > Readme.md; echo 2 > SRC; git add -A; git commit -qm c',
  },
  { name: 'core.ignoreCase', repo: 'git config core.ignoreCase true' },
  {
    name: 'a rebase in progress',
    repo: 'git checkout -qb o; echo o > README.md; git commit -qam o; git checkout -q main; echo m > README.md; git commit -qam m; git rebase o >/dev/null 2>&1 || true',
    approve: /--onto|rebase/,
  },
  {
    name: 'a merge in progress',
    repo: 'git checkout -qb o; echo o > README.md; git commit -qam o; git checkout -q main; echo m > README.md; git commit -qam m; git merge o >/dev/null 2>&1 || true',
    approve: /A merge of main is in progress/,
  },
  {
    name: 'staged, changed, untracked and stashed work',
    repo: 'echo s > src/a.txt; git stash -q; echo i > i.txt; git add i.txt; echo w >> README.md; echo u > u.txt',
  },
  {
    name: 'index flags of the user',
    repo: 'git update-index --assume-unchanged README.md; git update-index --skip-worktree src/a.txt; echo l >> README.md; echo l >> src/a.txt',
  },
  { name: 'no name and address', repo: "git config user.name ''; git config user.email ''" },
  { name: 'user.useConfigOnly', repo: "git config user.useConfigOnly true; git config user.email ''" },
  {
    name: 'signing that fails',
    repo: 'git config commit.gpgSign true; git config tag.gpgSign true; git config gpg.program /bin/false',
  },
  {
    name: 'a clean filter that fails',
    repo: "git config filter.no.clean 'exit 1'; git config filter.no.smudge cat; git config filter.no.required true; echo 'x.txt filter=no' > .gitattributes; git add -A; git commit -qm f",
    files: [],
    says: /no_change/,
    warns: /Not everything could be committed/,
    approve: null,
    after: 'test -e "$WORK/x.txt"',
  },
  {
    name: 'a smudge filter that fails',
    repo: "echo s > s.bin; git add -A; git commit -qm s; git config filter.no.smudge 'exit 1'; git config filter.no.clean cat; git config filter.no.required true; echo '*.bin filter=no' > .git/info/attributes",
    status: 'failed',
    says: /smudge filter|filter/,
    files: [],
    approve: null,
  },
  {
    name: 'a merge driver that fails',
    repo: "git config merge.no.driver false; echo '* merge=no' > .gitattributes; git add -A; git commit -qm m",
  },
  { name: 'a sparse checkout', repo: 'git sparse-checkout set src', changed: /^config/ },
  {
    name: 'a shallow clone',
    repo: 'git commit -q --allow-empty -m 2; git clone -q --depth 1 "file://$PWD" ../shallow; rm -rf .git; mv ../shallow/.git .',
  },
  { name: 'a detached HEAD', repo: 'git checkout -q --detach', approve: /--onto/ },
  {
    name: 'no commit yet',
    repo: 'rm -rf .git; git init -q -b main',
    status: 'refused',
    says: /no commits yet/,
  },
  {
    name: 'a bare repository',
    repo: 'git config core.bare true',
    status: 'refused',
    says: /bare repository/,
  },
  {
    name: 'packed refs only',
    repo: 'git branch one; git branch two; git pack-refs --all --prune; git gc -q',
  },
  {
    name: 'objects in another repository',
    repo: 'git clone -q --shared . ../shared-one; mv .git ../its-git; mv ../shared-one/.git .; echo "$PWD/../its-git/objects" > .git/objects/info/alternates',
  },
  {
    name: 'SHA-256',
    repo: 'rm -rf .git; git init -q -b main --object-format=sha256; git add -A; git commit -qm 256',
  },
  { name: 'a stale index.lock', repo: 'touch .git/index.lock', approve: /index.*is locked/ },
  {
    name: 'everything is ignored',
    repo: "echo '*' > .gitignore; git add -f .gitignore; git commit -qm i",
    files: [],
    says: /no_change/,
    approve: null,
    after: 'test -e "$WORK/x.txt"',
  },
  {
    name: 'a tag with the name of the branch',
    repo: 'git tag main; git commit -q --allow-empty -m 2',
  },
  { name: 'a branch called orchestra', repo: 'git branch orchestra' },
  {
    name: 'settings full of traps',
    repo: 'for s in merge.ff=only merge.autoStash=true rebase.autoStash=true diff.noprefix=true diff.external=false color.ui=always core.pager=false status.showUntrackedFiles=no status.relativePaths=false core.quotePath=true log.showSignature=true diff.renames=copies push.default=nothing fetch.prune=true core.fsmonitor=false-hook core.editor=false merge.conflictStyle=diff3 commit.verbose=true commit.template=/nowhere core.safecrlf=true pull.rebase=true branch.autoSetupMerge=always log.follow=true core.untrackedCache=true feature.manyFiles=true; do git config ${s%%=*} ${s#*=}; done',
  },
  {
    name: 'a .git folder kept elsewhere',
    repo: 'mv .git ../kept-elsewhere; echo "gitdir: ../kept-elsewhere" > .git',
  },
  { name: 'a .git that is a link', repo: 'mv .git ../linked-git; ln -s ../linked-git .git' },
  {
    name: 'a worktree of a worktree',
    repo: 'd="$PWD"; cd ..; mv "$d" main-of-it; git -C main-of-it worktree add -q -b side "$d"',
  },
  {
    name: 'read-only files and folders',
    repo: 'chmod 444 README.md; chmod 555 src; git config core.fileMode false',
  },
  { name: 'pipes and sockets in the tree', repo: 'mkfifo pipe src/pipe' },
  { name: 'devices in the tree', repo: 'mknod null c 1 3; mknod src/disk b 7 99', root: true },
  {
    name: 'many files',
    repo: 'mkdir many; seq 10000 | (cd many && xargs touch); git add -A; git commit -qm many',
  },
  {
    name: 'odd file names',
    repo: "touch -- -rf HEAD ':(top)' 'a b' \"q'uote\" 'new\nline' \"$(printf '\\377')\" 'back\\slash'; git add -A; git commit -qm odd",
  },
  {
    name: 'a repository of another user',
    repo: 'chown -R 12345 .',
    status: 'refused',
    says: /does not trust/,
    root: true,
  },
];

export const agents: Case[] = [
  {
    name: 'it leaves a file larger than git takes into memory',
    agent: [write, 'truncate -s 600M huge.bin'],
    files: ['huge.bin', 'x.txt'],
  },
  {
    name: 'it makes devices',
    agent: [write, 'mknod null c 1 3; mknod disk b 7 99; mkdir d; mkfifo d/p'],
    root: true,
  },
  {
    name: 'it makes folders in folders without an end',
    agent: [
      write,
      'for i in $(seq 1 200); do mkdir dddddddddddddddddddd; cd dddddddddddddddddddd; done; echo deep > deep.txt',
    ],
    warns: /git cannot look into dddd/,
  },
  { name: 'it writes a huge file', agent: ['head -c 30000000 /dev/zero > big.bin'], files: ['big.bin'] },
  { name: 'it commits by itself', agent: [write, 'git add -A', 'git commit -qm mine'] },
  {
    name: 'it switches to a new branch',
    agent: ['git checkout -qb elsewhere', write, 'git add -A', 'git commit -qm e'],
    warns: /elsewhere/,
    changed: /^ref refs\/heads\/elsewhere/,
  },
  { name: 'it detaches HEAD', agent: ['git checkout -q --detach', write, 'git add -A', 'git commit -qm d'] },
  {
    name: 'it amends the commit it began from',
    repo: 'echo 2 > two.txt; git add -A; git commit -qm 2',
    agent: [write, 'git add -A', 'git commit -q --amend -m amended'],
  },
  {
    name: 'it rewrites the first commit',
    agent: [write, 'git add -A', 'git commit -q --amend -m amended'],
    approve: /no history in common/,
  },
  {
    name: "it drops the user's stashes",
    repo: 'echo s >> README.md; git stash -q; echo t >> README.md; git stash -q',
    agent: [write, 'git stash clear'],
    warns: /stash .* was dropped/,
    changed: /^ref refs\/stash/,
    after: 'test "$(git for-each-ref "refs/orchestra/rescue/$TASK*" | wc -l)" = 2',
  },
  {
    name: 'it resets to an older commit',
    repo: 'echo 2 > two.txt; git add -A; git commit -qm 2',
    agent: ['git reset -q --hard HEAD~1', write],
    files: ['two.txt', 'x.txt'],
    after: 'git show main:two.txt',
  },
  { name: 'it deletes the .git file of its worktree', agent: [write, 'rm .git'] },
  {
    name: "it deletes git's record of its worktree",
    agent: [write, 'rm -rf "$(git rev-parse --git-dir)"'],
    status: 'failed',
    says: /worktree/,
    files: [],
    approve: null,
    after: 'test -e "$WORK/x.txt"',
  },
  {
    name: 'it deletes its whole worktree',
    agent: [write, 'git add -A; git commit -qm kept', 'cd /; rm -rf "$WORK"'],
    status: 'failed',
    says: /worktree is gone/,
    files: [],
    approve: null,
    after: 'git show "$(git for-each-ref --format="%(refname)" "refs/heads/orchestra/$TASK-*"):x.txt"',
  },
  {
    name: 'it deletes its branch',
    agent: [
      write,
      'git add -A',
      'git commit -qm c',
      'git update-ref -d "$(git symbolic-ref HEAD)"',
      'echo y > y.txt',
    ],
    files: ['x.txt', 'y.txt'],
  },
  {
    name: 'it moves the base branch',
    agent: [write, 'git add -A', 'git commit -qm c', 'git update-ref refs/heads/main HEAD'],
    warns: /main .*(moved|went)/,
    changed: /^ref refs\/heads\/main|^(file|index).*x\.txt/,
    approve: null,
  },
  {
    name: "it deletes a branch of the user's",
    repo: 'git checkout -qb mine; echo m > m.txt; git add -A; git commit -qm mine; git checkout -q main',
    agent: [write, 'git branch -q -D mine'],
    warns: /mine/,
    changed: /^ref refs\/heads\/mine/,
    after:
      'git for-each-ref --format="%(refname)" "refs/orchestra/rescue/$TASK*" | while read r; do git show $r:m.txt; done | grep -q m',
  },
  {
    name: "it writes into the user's tree",
    agent: [write, 'echo out > "$USERS/outside.txt"'],
    warns: /outside\.txt" was changed during the run/,
    changed: /^file outside\.txt/,
  },
  {
    name: 'it makes a repository inside',
    agent: [write, 'git init -q inner; cd inner; echo i > i; git add -A; git commit -qm i'],
    files: ['inner', 'x.txt'],
    after: 'test -e "$WORK/inner/i"',
    approve: null,
  },
  {
    name: 'it changes the configuration',
    agent: [
      write,
      'git config core.hooksPath /nowhere; git config user.name Evil; git config commit.gpgSign true; git config gpg.program false',
    ],
    changed: /^config/,
    finds: [
      /^git-settings: .*config: was changed \(core\.hooksPath, user\.name, commit\.gpgSign, gpg\.program\)/,
    ],
  },
  {
    name: 'it writes hooks and attributes of git',
    agent: [
      write,
      'G="$(git rev-parse --git-common-dir)"; mkdir -p "$G/hooks" "$G/info"; for h in pre-commit reference-transaction; do echo "exit 1" > "$G/hooks/$h"; chmod +x "$G/hooks/$h"; done; echo "* -diff merge=union" > "$G/info/attributes"',
    ],
    finds: [/^git-settings: .*hooks\/pre-commit: was added/, /^git-settings: .*info\/attributes: was added/],
  },
  {
    name: "it reverts the user's uncommitted work",
    repo: 'echo mine >> README.md',
    agent: [write, 'git -C "$USERS" checkout -q .'],
    warns: /README\.md" lost what was not committed/,
    changed: /^(file|index).*README\.md/,
  },
  {
    name: "it switches the branch of the user's working tree",
    repo: 'git branch other',
    agent: [write, 'git -C "$USERS" checkout -q other'],
    warns: /was switched from main to other/,
    changed: /^HEAD/,
  },
  {
    name: 'it stashes its work',
    agent: ['echo s >> README.md', 'git stash -q', write],
    changed: /^ref refs\/stash/,
  },
  {
    name: 'it leaves a lock',
    agent: [write, 'touch "$(git rev-parse --git-dir)/index.lock"'],
    warns: /lock .* was removed/s,
  },
  {
    name: 'it stops amid a merge',
    status: 'failed',
    says: /check_failed: 1 of 1 checks failed: clean/,
    agent: [
      'git checkout -qb other; echo o > README.md; git commit -qam o',
      'git checkout -q -; echo m > README.md; git commit -qam m',
      'git merge other >/dev/null',
      write,
    ],
    warns: /merge|conflict/,
    files: ['README.md', 'x.txt'],
    changed: /^ref refs\/heads\/other/,
    approve: null,
  },
  {
    name: 'it stops amid a rebase',
    status: 'failed',
    says: /check_failed: 1 of 1 checks failed: clean/,
    agent: [
      'git checkout -qb other2; echo o > README.md; git commit -qam o',
      'git checkout -q -; echo m > README.md; git commit -qam m',
      'git rebase other2 >/dev/null 2>&1',
      write,
    ],
    warns: /rebase/,
    files: ['README.md', 'x.txt'],
    changed: /^ref refs\/heads\/other2/,
    approve: null,
  },
  { name: 'it deletes every file', agent: ['rm -rf ./* .[!.]*'], files: ['README.md', 'src/a.txt'] },
  {
    name: 'it replaces .git by a repository of its own',
    agent: ['rm .git; git init -q; echo x > x.txt; git add -A; git commit -qm own'],
    status: 'failed',
    says: /replaced/,
    files: [],
    approve: null,
    after: 'test -e "$WORK/x.txt"',
  },
  {
    name: 'it prunes and collects',
    agent: [write, 'git add -A; git commit -qm c', 'git worktree prune; git gc -q --prune=now'],
  },
  {
    name: "it commits on the user's branch",
    agent: ['git checkout -q --ignore-other-worktrees main', write, 'git add -A', 'git commit -qm onmain'],
    warns: /main/,
    changed: /^ref refs\/heads\/main/,
    approve: null,
  },
  {
    name: 'it makes pipes, sockets and devices',
    agent: [write, 'mkfifo p; python3 -c "import socket; socket.socket(socket.AF_UNIX).bind(\'s\')" || true'],
  },
  {
    name: 'it makes links out of the tree',
    agent: ['ln -s / all; ln -s "$USERS" theirs; ln -s loop loop'],
    files: ['all', 'loop', 'theirs'],
  },
  {
    name: 'it makes odd names',
    agent: ["touch -- -f 'a\"b' \"$(printf 'n\\nl')\" \"$(printf 'bad\\377')\" .gitmodules"],
    files: ['-f', '.gitmodules', 'a"b', 'bad\ufffd', 'n\nl'],
  },
  { name: 'it makes everything unreadable', agent: [write, 'chmod -R a-rwx src README.md x.txt'] },
  {
    name: 'it writes a clean filter that fails',
    agent: [
      "git config filter.no.clean 'exit 1'; git config filter.no.required true; echo 'x.txt filter=no' > .gitattributes",
      write,
    ],
    warns: /Not everything could be committed/,
    files: ['.gitattributes'],
    changed: /^config/,
    after: 'test -e "$WORK/x.txt"',
  },
];

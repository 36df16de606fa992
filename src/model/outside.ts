/** Something outside of a task's worktree that is not as it was before its run. Who did it is not known. */
export interface OutsideChange {
  /** What git obeys (settings, hooks, attributes), or the files of the user's own working tree. */
  kind: 'settings' | 'files';
  /** Absolute, or relative to the repository's root. */
  file: string;
  /** The end of a sentence that begins with the file. */
  what: string;
}

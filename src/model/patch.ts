/** A line that a change has added, with its number in the new file. */
export interface AddedLine {
  line: number;
  text: string;
}

/** What a change did to one path; a rename is a deletion and an addition. Only text files have lines. */
export interface PatchFile {
  path: string;
  change: 'added' | 'modified' | 'deleted' | 'type-changed';
  /** True when its content is not compared line by line: binary, or over 4 MB. */
  opaque: boolean;
  added: AddedLine[];
  /** How many lines went. */
  removed: number;
  /** Where it begins to differ, as a line of the new file; for text that is still there. */
  first?: number;
}

/** A whole change, in git's order; null where it cannot be read, because it is too large. */
export type Patch = PatchFile[];

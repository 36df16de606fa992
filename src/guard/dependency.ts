/** A dependency and the line of the manifest that names it. */
export interface Dependency {
  name: string;
  line: number;
}

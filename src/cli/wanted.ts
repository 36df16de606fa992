/** How the result of a command line is wanted. */
export interface Wanted {
  json: boolean;
  quiet: boolean;
  color: boolean;
}

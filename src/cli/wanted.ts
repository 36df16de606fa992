/** How the result of a command line is wanted. */
export interface Wanted {
  json: boolean;
  quiet: boolean;
  color: boolean;
  /** Documents told on the way replace each other on the screen. */
  still: boolean;
}

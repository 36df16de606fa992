import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import type { Home } from '../model/home.ts';
import type { Route } from '../model/route.ts';
import type { Store } from '../store/store.ts';

/** Something told while an operation goes on. Surfaces show it; it is never the result. */
export type Note =
  | { kind: 'info'; text: string }
  | { kind: 'warning'; text: string }
  /** What `delegate` has decided, before anything runs. */
  | { kind: 'decided'; task: string; route: Route; notes: string[] }
  /** Where a task stands, in a few words; replaces the last one of that task. */
  | { kind: 'progress'; task: string; text: string }
  /** Text that is itself the data, such as a log that is followed. */
  | { kind: 'text'; text: string }
  /** The same, byte for byte; valid during the call only. */
  | { kind: 'bytes'; bytes: Uint8Array }
  /** A whole document to be shown as the named operation shows it. */
  | { kind: 'document'; operation: string; documents: object[] };

/** What there is more when the conductor works for a caller in another process. */
export interface Behalf {
  /** Kept with the task, so that the other process finds it should it lose us. */
  nonce: string;
  /** Our own, which stays open. */
  store: Store;
  /** Called once, before anything is changed; throws unless the other process wants it done by us. */
  begin(): Promise<void>;
}

/** Who asks, and from where. Made by the surface. */
export interface Caller {
  env: Record<string, string | undefined>;
  cwd: string;
  home: Home;
  /** The program's main file, for starting the conductor. */
  entry: string;
  /** Aborted when the user wants to leave; what runs in the background goes on. */
  signal: AbortSignal;
  /** Aborted when the user insists: what runs shall be stopped too. */
  insist: AbortSignal;
  notify(note: Note): void;
  /** The bytes on standard input. */
  readStdin(): Promise<Uint8Array>;
  behalf?: Behalf;
}

/** What an operation gives: documents for programs, one or one a line, and the exit status of a command line. */
export interface Result {
  documents: object[];
  exit?: number;
}

/** What a user can ask for. Flags, help and schemas are derived from it. */
export interface Operation<Input = never> {
  name: string;
  summary: string;
  /** Whether it changes anything. */
  effect: 'read' | 'write';
  /** A zod object; each field's `meta` holds `description` and, where it differs from the name, how it is written as a flag. */
  input: z.ZodType<Input>;
  /** What its documents are, for the reference. */
  output: string;
  /** Example command lines for the help. */
  examples?: string[];
  run(caller: Caller, input: Input): Promise<Result>;
}

/** How a field of an input is written on a command line. */
export interface FlagMeta {
  description: string;
  /** The flag's name without dashes, when it is not the field's name. */
  flag?: string;
  /** Name of the value in the help. */
  value?: string;
  /** Taken from the words without a flag. */
  positional?: boolean;
  short?: string;
  /** Kept out of the help. */
  hidden?: boolean;
}

/** Attaches how a field is written on a command line. */
export function field<T extends z.ZodType>(type: T, meta: FlagMeta): T {
  return type.meta({ ...meta }) as T;
}

/** Parses data against a schema, turning what is wrong into one sentence that names the field. Throws `usage`. */
export function parseInput<T>(schema: z.ZodType<T>, data: unknown, what: string): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  const message = issue?.message ?? 'not understood';
  throw new OrchestraError('usage', `${what}: ${path === '' ? '' : `${path}: `}${message}.`, {
    hint: 'orchestra help shows what each command takes.',
  });
}

/** A task named on the command line. */
export const taskArgument = field(z.string(), {
  description: 'the task, such as task-5',
  positional: true,
  value: 'TASK',
});

/** Several tasks named on the command line. */
export const tasksArgument = field(z.array(z.string()).min(1), {
  description: 'the tasks, such as task-5 task-6',
  positional: true,
  value: 'TASK',
});

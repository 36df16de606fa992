import type { Answer, Conversation, Failure, Usage } from './script.ts';

/** One provider's wire format: a request read into a conversation, an answer written as its events or whole. */
export interface Wire {
  read(body: unknown): Conversation;
  /** Server-sent events in order; `type`, where there is one, is also the event's name. */
  frames(answer: Answer, conversation: Conversation, usage: Usage): { type?: string }[];
  /** What the first events tell of the usage, or null when only the last one does. */
  announced(usage: Usage): Usage | null;
  whole(answer: Answer, conversation: Conversation, usage: Usage): unknown;
  error(failure: Extract<Failure, { status: number }>): unknown;
}

import type { AnswerEnd, StoredAnswer } from '../store.ts';
import type { Entry } from './connection.ts';

/** The keys of a store. All have one hash tag, so that in a cluster they live in one slot, and one command may name several. */
export interface Keys {
  /** The stream of an answer: its facts in entry `0-1`, then its blocks, then its end. */
  answer(id: string): string;
  /** The ID of the answer that has an owner and an `Idempotency-Key`. */
  question(answer: StoredAnswer): string;
  /** There for as long as somebody reads the answer. */
  read(id: string): string;
  /** There for as long as a process lives. */
  alive(node: string): string;
  /** The stream of messages for a process: answers to stop, and news of its own reading. */
  inbox(node: string): string;
}

export function createKeys(prefix: string): Keys {
  const tagged = /\{.+\}/.test(prefix) ? prefix : `{${prefix}}`;
  return {
    answer: (id) => `${tagged}:answer:${id}`,
    question: ({ owner, key }) => `${tagged}:question:${JSON.stringify([owner, key])}`,
    read: (id) => `${tagged}:read:${id}`,
    alive: (node) => `${tagged}:alive:${node}`,
    inbox: (node) => `${tagged}:inbox:${node}`,
  };
}

/** Milliseconds as Redis takes them: whole, and never endless. */
export function expiryOf(duration: number): string {
  return `${Math.min(Math.ceil(duration), Number.MAX_SAFE_INTEGER)}`;
}

/** The entry with an answer's facts. */
export const FACTS_ID = '0-1';
/** The entry with an answer's end. No other can come after it, as Redis takes none with a smaller ID. */
export const END_ID: string = `${Number.MAX_SAFE_INTEGER}-0`;

/** The entry of blocks is named after its last one. */
export function blocksId(last: number): string {
  return `${last}-0`;
}

/** What XREAD takes to read on after so many blocks: nothing before it, the facts included. */
export function cursorId(position: number): string {
  return `${position}-1`;
}

/** What an entry of an answer's stream says. */
export type AnswerEntry =
  | {
      readonly type: 'facts';
      readonly owner: string;
      readonly key: string | undefined;
      readonly node: string;
    }
  | {
      readonly type: 'blocks';
      readonly first: number;
      readonly last: number;
      readonly blocks: readonly string[];
    }
  | { readonly type: 'end'; readonly end: AnswerEnd };

export function readEntry({ id, fields }: Entry): AnswerEntry {
  const { owner = '', key, node = '', blocks = '', end } = fields;
  if (end !== undefined) return { type: 'end', end: JSON.parse(end) as AnswerEnd };
  if (id === FACTS_ID) return { type: 'facts', owner, key, node };
  const last = Number(id.split('-')[0]);
  // Each block ends with a blank line, and has none inside.
  const list = blocks.match(/[^]+?\n\n/g) ?? [];
  return { type: 'blocks', first: last - list.length + 1, last, blocks: list };
}

import type { AnswerEnd, StoredAnswer } from '../store.ts';
import type { Entry } from './connection.ts';

/**
 * The keys of a store. All have the same hash tag, so that a cluster stores them in one slot, and one command may use
 * several of them.
 */
export interface Keys {
  /** The stream of an answer: its record in entry `0-1`, then its blocks, then its end. */
  answer(id: string): string;
  /** The ID of the answer with an owner and an `Idempotency-Key`. */
  question(answer: StoredAnswer): string;
  /** Exists while an answer is read. */
  read(id: string): string;
  /** The lease of a process: exists while the process lives and produces answers. */
  alive(node: string): string;
  /** The stream of messages for a process: IDs of answers to stop, and messages that end its blocking read. */
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

/** Milliseconds in the form that Redis takes: a whole number, and finite. */
export function expiryOf(duration: number): string {
  return `${Math.min(Math.ceil(duration), Number.MAX_SAFE_INTEGER)}`;
}

/** The ID of the entry with an answer's record. */
export const RECORD_ID = '0-1';
/** The ID of the entry with an answer's end. No entry can follow it, because Redis rejects IDs that do not increase. */
export const END_ID: string = `${Number.MAX_SAFE_INTEGER}-0`;

/** The ID of an entry with blocks: the number of the last block. */
export function blocksId(last: number): string {
  return `${last}-0`;
}

/** The ID after which XREAD continues, once so many blocks have been read; after the record in any case. */
export function cursorId(position: number): string {
  return `${position}-1`;
}

/** An entry of an answer's stream. */
export type AnswerEntry =
  | {
      readonly type: 'record';
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
  if (id === RECORD_ID) return { type: 'record', owner, key, node };
  const last = Number(id.split('-')[0]);
  // Each block ends with a blank line, and contains no other.
  const list = blocks.match(/[^]+?\n\n/g) ?? [];
  return { type: 'blocks', first: last - list.length + 1, last, blocks: list };
}

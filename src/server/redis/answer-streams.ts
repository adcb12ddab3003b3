import type { AnswerEnd, AppendResult, RelayStore, StoredAnswer } from '../store.ts';
import { CUT } from '../wire.ts';
import { entriesOf, PATIENT, valueOf, type Command, type Connection } from './connection.ts';
import { blocksId, END_ID, expiryOf, FACTS_ID, readEntry, type Keys } from './keys.ts';
import { leaseCommand } from './leases.ts';

/** An answer and the process that makes it. */
interface FoundAnswer {
  readonly answer: StoredAnswer;
  readonly node: string;
}

/** The commands on the streams of answers, none of which blocks. */
export interface AnswerStreams extends Pick<RelayStore, 'create' | 'append' | 'end'> {
  find(id: string): Promise<FoundAnswer | undefined>;
  /** Ends an answer whose process has died, unless it has ended. @returns Whether it is forgotten. */
  cut(id: string): Promise<boolean>;
}

/** Milliseconds for which an answer is kept after its end in any case: those who read it elsewhere wait for that end. */
const LEAST = 200;

/** Deletes a key if it has this value. */
const DELETE_IF =
  "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/** @param node This process. */
export function createAnswerStreams(connection: Connection, keys: Keys, node: string): AnswerStreams {
  const run = (...commands: Command[]): Promise<readonly unknown[]> => runAll(connection, commands);

  async function find(id: string): Promise<FoundAnswer | undefined> {
    const [reply] = await run(['XRANGE', keys.answer(id), FACTS_ID, FACTS_ID]);
    const [entry] = entriesOf(reply);
    const facts = entry && readEntry(entry);
    if (facts?.type !== 'facts') return undefined;
    const { owner, key, node } = facts;
    return { answer: { id, owner, key }, node };
  }

  /** The stream comes first, so that a key never leads to an answer that is not there yet. */
  async function create(answer: StoredAnswer, lifetime: number): Promise<StoredAnswer> {
    const stream = keys.answer(answer.id);
    const expiry = expiryOf(lifetime);
    const key = answer.key === undefined ? [] : ['key', answer.key];
    await run(
      ['XADD', stream, FACTS_ID, 'owner', answer.owner, 'node', node, ...key],
      ['PEXPIRE', stream, expiry],
      leaseCommand(keys, node),
    );
    if (answer.key === undefined) return answer;
    for (;;) {
      const question = keys.question(answer);
      const [taken, id] = await run(['SET', question, answer.id, 'NX', 'PX', expiry], ['GET', question]);
      // A second attempt finds its own ID.
      if (taken || id === answer.id) return answer;
      const found = typeof id === 'string' ? await find(id) : undefined;
      if (found) {
        await run(['DEL', stream]);
        return found.answer;
      }
      // The answer is forgotten, its key is not yet.
      if (typeof id === 'string') await run(freeKey(keys, { ...answer, id }));
    }
  }

  return {
    find,
    create,
    append: (id, first, blocks) => append(connection, keys.answer(id), first, blocks),
    async end(answer, end, retention) {
      const stream = keys.answer(answer.id);
      const expiry = expiryOf(Math.max(retention, LEAST));
      const question = keys.question(answer);
      await run(
        endCommand(stream, end),
        ['PEXPIRE', stream, expiry],
        ...(answer.key === undefined
          ? []
          : [end.failure ? freeKey(keys, answer) : ['PEXPIRE', question, expiry]]),
      );
    },
    async cut(id) {
      const [reply] = await run(endCommand(keys.answer(id), CUT));
      return isNothing(reply);
    },
  };
}

function freeKey(keys: Keys, answer: StoredAnswer): Command {
  return ['EVAL', DELETE_IF, '1', keys.question(answer), answer.id];
}

function endCommand(stream: string, end: AnswerEnd): Command {
  return ['XADD', stream, 'NOMKSTREAM', END_ID, 'end', JSON.stringify(end)];
}

/** Stands for the error of an entry that is there already, or has a later one after it. */
const THERE = Symbol('there');

function isThere(reply: unknown): boolean {
  return reply instanceof Error && /equal or smaller than the target stream/.test(reply.message);
}

function isNothing(reply: unknown): boolean {
  return reply === null || reply === undefined;
}

/** The replies, of which none is an error; but an entry that is there already may be added again. */
async function runAll(connection: Connection, commands: readonly Command[]): Promise<readonly unknown[]> {
  return (await connection.send(commands)).map(settled);
}

function settled(reply: unknown): unknown {
  return isThere(reply) ? THERE : valueOf(reply);
}

async function append(
  connection: Connection,
  stream: string,
  first: number,
  blocks: readonly string[],
): Promise<AppendResult> {
  const last = first + blocks.length - 1;
  const command = ['XADD', stream, 'NOMKSTREAM', blocksId(last), 'blocks', blocks.join('')];
  const reply = settled((await connection.send([command], PATIENT))[0]);
  if (isNothing(reply)) return 'lost';
  if (reply !== THERE) return 'stored';
  const [newest] = entriesOf((await runAll(connection, [['XREVRANGE', stream, '+', '-', 'COUNT', '1']]))[0]);
  return newest?.id === END_ID ? 'ended' : 'stored';
}

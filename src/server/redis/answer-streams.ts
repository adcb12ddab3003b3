/** The Redis Streams with the answers: commands that create, find, append and end, none of which blocks. */
import type { AnswerEnd, AppendResult, RelayStore, StoredAnswer } from '../store.ts';
import { CUT } from '../wire.ts';
import { entriesOf, WITHOUT_TIMEOUT, unwrapReply, type Command, type Connection } from './connection.ts';
import { blocksId, END_ID, expiryOf, RECORD_ID, readEntry, type Keys } from './keys.ts';
import { leaseCommand } from './leases.ts';

/** An answer, and the ID of the process that produces it. */
interface FoundAnswer {
  readonly answer: StoredAnswer;
  readonly node: string;
}

export interface AnswerStreams extends Pick<RelayStore, 'create' | 'append' | 'end'> {
  find(id: string): Promise<FoundAnswer | undefined>;
  /** Ends an answer whose process has died, unless it has ended. @returns Whether the answer no longer exists */
  cut(id: string): Promise<boolean>;
}

/** The shortest retention, in milliseconds: readers in other processes still have to read the end. */
const MIN_RETENTION = 200;

/** A script that deletes a key if it has a given value. */
const DELETE_IF_EQUAL =
  "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/** @param node The ID of this process. */
export function createAnswerStreams(connection: Connection, keys: Keys, node: string): AnswerStreams {
  const run = (...commands: Command[]): Promise<readonly unknown[]> => runAll(connection, commands);

  async function find(id: string): Promise<FoundAnswer | undefined> {
    const [reply] = await run(['XRANGE', keys.answer(id), RECORD_ID, RECORD_ID]);
    const [entry] = entriesOf(reply);
    const record = entry && readEntry(entry);
    if (record?.type !== 'record') return undefined;
    const { owner, key, node } = record;
    return { answer: { id, owner, key }, node };
  }

  /** Creates the stream before the key, so that a key never leads to an answer that does not exist yet. */
  async function create(answer: StoredAnswer, lifetime: number): Promise<StoredAnswer> {
    const stream = keys.answer(answer.id);
    const expiry = expiryOf(lifetime);
    const key = answer.key === undefined ? [] : ['key', answer.key];
    await run(
      ['XADD', stream, RECORD_ID, 'owner', answer.owner, 'node', node, ...key],
      ['PEXPIRE', stream, expiry],
      leaseCommand(keys, node),
    );
    if (answer.key === undefined) return answer;
    for (;;) {
      const question = keys.question(answer);
      const [isSet, id] = await run(['SET', question, answer.id, 'NX', 'PX', expiry], ['GET', question]);
      // A retry finds its own ID.
      if (isSet || id === answer.id) return answer;
      const found = typeof id === 'string' ? await find(id) : undefined;
      if (found) {
        await run(['DEL', stream]);
        return found.answer;
      }
      // The key has outlived its answer.
      if (typeof id === 'string') await run(freeKey(keys, { ...answer, id }));
    }
  }

  return {
    find,
    create,
    append: (id, first, blocks) => append(connection, keys.answer(id), first, blocks),
    end: (...args) => endAnswer(connection, keys, ...args),
    async cut(id) {
      const [reply] = await run(endCommand(keys.answer(id), CUT));
      return isNil(reply);
    },
  };
}

async function endAnswer(
  connection: Connection,
  keys: Keys,
  ...[answer, end, retention]: Parameters<RelayStore['end']>
): Promise<'lost' | void> {
  const stream = keys.answer(answer.id);
  const expiry = expiryOf(Math.max(retention, MIN_RETENTION));
  const keyCommand: Command = end.failure
    ? freeKey(keys, answer)
    : ['PEXPIRE', keys.question(answer), expiry];
  const [added] = await runAll(connection, [
    endCommand(stream, end),
    ['PEXPIRE', stream, expiry],
    ...(answer.key === undefined ? [] : [keyCommand]),
  ]);
  return isNil(added) ? 'lost' : undefined;
}

function freeKey(keys: Keys, answer: StoredAnswer): Command {
  return ['EVAL', DELETE_IF_EQUAL, '1', keys.question(answer), answer.id];
}

function endCommand(stream: string, end: AnswerEnd): Command {
  return ['XADD', stream, 'NOMKSTREAM', END_ID, 'end', JSON.stringify(end)];
}

/** The reply to an XADD whose entry exists already, or has a later one after it. */
const EXISTS = Symbol('exists');

function isExistsError(reply: unknown): boolean {
  return reply instanceof Error && /equal or smaller than the target stream/.test(reply.message);
}

function isNil(reply: unknown): boolean {
  return reply === null || reply === undefined;
}

/** Runs commands. Throws if one has failed, except an XADD whose entry exists: that may be a retry. */
async function runAll(connection: Connection, commands: readonly Command[]): Promise<readonly unknown[]> {
  return (await connection.send(commands)).map(resultOf);
}

function resultOf(reply: unknown): unknown {
  return isExistsError(reply) ? EXISTS : unwrapReply(reply);
}

async function append(
  connection: Connection,
  stream: string,
  first: number,
  blocks: readonly string[],
): Promise<AppendResult> {
  const last = first + blocks.length - 1;
  const command = ['XADD', stream, 'NOMKSTREAM', blocksId(last), 'blocks', blocks.join('')];
  const result = resultOf((await connection.send([command], WITHOUT_TIMEOUT))[0]);
  if (isNil(result)) return 'lost';
  if (result !== EXISTS) return 'stored';
  const [newest] = entriesOf((await runAll(connection, [['XREVRANGE', stream, '+', '-', 'COUNT', '1']]))[0]);
  return newest?.id === END_ID ? 'ended' : 'stored';
}

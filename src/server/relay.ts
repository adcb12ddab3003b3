import { createAnswers, type Answers, type OpenAnswer } from './answers.ts';
import { sendToNode, toRequest, type NodeRequest, type NodeResponse } from './node.ts';
import {
  settingsOf,
  type HandleOptions,
  type Owner,
  type Produce,
  type RelayOptions,
  type Settings,
} from './options.ts';
import { createReader } from './reader.ts';
import { failureReply, NO_CONTENT, problem, streamReply, toResponse, type Reply } from './reply.ts';
import { failureOf } from './source.ts';
import type { Question } from './run.ts';
import type { Failure } from './store.ts';
import { startTimer, withTimeout } from './time.ts';
import { createId, CUT, parseEventId, problemEnd, type Place } from './wire.ts';

/**
 * The server's end of the wire: asks the model once, and lets any number of readers come, go and come back.
 *
 * @example
 * import { createRelay, type Relay } from 'teleprinter/server';
 * const relay: Relay = createRelay();
 * export const POST = (request: Request) => relay.handle(request, () => ['Boil ', 'fresh water.']);
 * process.once('SIGTERM', () => void relay.close());
 */
export interface Relay {
  /**
   * Answers a request where fetch's classes are: Next.js, Hono, Bun, Deno, Workers.
   *
   * @example
   * const handle = (request: Request) =>
   *   relay.handle(request, async ({ signal }) => {
   *     const { prompt } = await request.json();
   *     return openai.chat.completions.create({ model, messages: messagesOf(prompt), stream: true }, { signal });
   *   });
   * export { handle as GET, handle as POST, handle as DELETE };
   */
  handle(request: Request, produce: Produce, options?: HandleOptions): Promise<Response>;
  /**
   * Answers a request of `node:http`, Express, Fastify (`request.raw`, `reply.raw`) or Next's `pages/api`. Resolves when the
   * response has ended, or its reader has left.
   */
  handleNode(
    request: NodeRequest,
    response: NodeResponse,
    produce: Produce,
    options?: HandleOptions,
  ): Promise<void>;
  /**
   * Stops an answer, whichever process makes it: its readers get the end with the outcome `stopped`.
   * @param id The ID of the answer, or of one of its events.
   */
  stop(id: string): Promise<void>;
  /** Closes the store. Answers that this process makes are not waited for. */
  close(): Promise<void>;
}

/** How long, in milliseconds, a response waits for the model's first sign before its headers go out: errors until then have a status. */
const GRACE = 100;
/** How long, in milliseconds, the store may take before a request is answered with 503. */
const STORE_TIMEOUT = 5000;

/** The end of an answer that was created too late. */
const UNREACHED: Failure = { status: 503, retryAfter: '1' };

/** What a request asks for. */
type Intent =
  | { readonly type: 'ask'; readonly key: string | undefined }
  | Following
  | { readonly type: 'refuse'; readonly reply: Reply };

/** Something about an answer that exists. */
interface Following {
  readonly type: 'resume' | 'stop';
  readonly place: Place;
}

/** The table of requests, first row that fits. */
function intentOf(method: string, headers: Headers, maxBodySize: number): Intent {
  const lastEventId = headers.get('last-event-id') || undefined;
  const key = headers.get('idempotency-key') || undefined;
  const refuse = (status: number, detail?: string, extra?: Record<string, string>): Intent => ({
    type: 'refuse',
    reply: problem(status, extra, detail),
  });
  if (!METHODS.includes(method)) return refuse(405, undefined, { Allow: METHODS.join(', ') });
  if (lastEventId !== undefined) {
    const place = parseEventId(lastEventId);
    return place ? { type: method === 'DELETE' ? 'stop' : 'resume', place } : refuse(410);
  }
  if (method === 'DELETE') return refuse(400, 'DELETE takes the header Last-Event-ID.');
  if (key !== undefined && key.length > MAX_KEY)
    return refuse(400, `Idempotency-Key is longer than ${MAX_KEY} characters.`);
  if (Number(headers.get('content-length')) > maxBodySize) return refuse(413);
  return { type: 'ask', key };
}

const METHODS = ['GET', 'POST', 'DELETE'];
const MAX_KEY = 255;

/**
 * Makes a relay. One serves any number of addresses.
 *
 * @example
 * import OpenAI from 'openai';
 * import { createRelay } from 'teleprinter/server';
 * const openai = new OpenAI();
 * const relay = createRelay({ onEnd: ({ id, text }) => console.log(id, text) });
 * const handle = (request: Request) =>
 *   relay.handle(request, async ({ request, signal }) => {
 *     const { prompt } = await request.json();
 *     const messages = [{ role: 'user' as const, content: String(prompt) }];
 *     return openai.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true }, { signal });
 *   });
 * export { handle as GET, handle as POST, handle as DELETE };
 */
export function createRelay(options: RelayOptions = {}): Relay {
  const settings = settingsOf(options);
  const { store, maxBodySize } = settings;
  const answers = createAnswers(settings);
  const desk = createDesk(settings, answers);
  store.onStop((id) => answers.stop(id));

  return {
    async handle(request, produce, handleOptions = {}) {
      return toResponse(await desk(request, produce, handleOptions), request.signal);
    },
    async handleNode(request, response, produce, handleOptions = {}) {
      const leaving = new AbortController();
      const leave = (): void => leaving.abort();
      response.on('close', leave);
      // Of what is written after something else has ended the response. Without a listener, it ends the process.
      response.on('error', leave);
      const { request: asked, isComing } = toRequest(request, leaving.signal, maxBodySize);
      const reply = await desk(asked, produce, handleOptions, isComing);
      await sendToNode(reply, response, leaving.signal);
      // A response that has ended closes, too.
      response.off('close', leave);
    },
    async stop(id) {
      await reach(store.stop(parseEventId(id)?.id ?? id));
    },
    close: () => store.close(),
  };
}

/** Gives each request its reply. */
type Desk = (
  request: Request,
  produce: Produce,
  handleOptions: HandleOptions,
  isComing?: IsComing,
) => Promise<Reply>;

/** Whether the answer waits for the body of the request: until that has come, nobody can say what the status is. */
type IsComing = () => boolean;

function createDesk(settings: Settings, answers: Answers): Desk {
  const { store, maxBodySize, onError } = settings;

  async function ask(question: Question, isComing: IsComing): Promise<Reply> {
    const { answer, request } = question;
    const creating = store.create(answer, settings.maxAge + settings.retention);
    const { id } = await reach(creating).catch((error) => {
      // It may still come about, without anybody to make the answer.
      creating.then(() => store.end(answer, problemEnd('model', UNREACHED), STORE_TIMEOUT)).catch(() => {});
      throw error;
    });
    const open = id === answer.id ? answers.start(question) : answers.open(id);
    return read(open, 0, request.signal, settings, isComing);
  }

  async function goOn({ type, place }: Following, owner: string, signal: AbortSignal): Promise<Reply> {
    const { id, position } = place;
    const answer = await reach(store.find(id));
    if (answer?.owner !== owner) return problem(410);
    if (type === 'resume') return read(answers.open(id), position, signal, settings);
    await reach(store.stop(id));
    return NO_CONTENT;
  }

  return async (request, produce, handleOptions, isComing = () => false) => {
    const intent = intentOf(request.method, request.headers, maxBodySize);
    if (intent.type === 'refuse') return intent.reply;
    let owner: string;
    try {
      owner = nameOf(await settings.owner?.(request));
    } catch (error) {
      onError(error, { id: undefined });
      const { status } = failureOf(error);
      return problem(status === 502 ? 500 : status);
    }
    try {
      if (intent.type !== 'ask') return await goOn(intent, owner, request.signal);
      const answer = { id: createId(), owner, key: intent.key };
      return await ask({ answer, request, produce, handleOptions }, isComing);
    } catch (error) {
      onError(error, { id: undefined });
      return problem(503, { 'Retry-After': '1' });
    }
  };
}

/** The reply with an answer from a position on. */
async function read(
  open: OpenAnswer,
  position: number,
  signal: AbortSignal,
  { heartbeat, maxReaders }: Settings,
  isComing?: IsComing,
): Promise<Reply> {
  const leave = open.enter();
  const refused = open.readers > maxReaders && problem(503, { 'Retry-After': '5' });
  if (!refused) await beginning(open, signal, isComing);
  const { end, length } = open.log;
  // Of an answer that was cut, a reader may have seen more than the store.
  const isWhole = open.isComplete || (end && end.block !== CUT.block);
  const instead =
    refused ||
    (isWhole && position > length && position !== Infinity && problem(410)) ||
    // Readers that have sent nothing yet can still say with a status that there is no answer.
    (end?.failure && length === 0 && failureReply(end.failure)) ||
    (end && (position === Infinity || (position >= length && !end.block)) && NO_CONTENT);
  if (instead) {
    leave();
    return instead;
  }
  const reader = createReader(open.log, position, heartbeat, leave);
  if (signal.aborted) reader.leave();
  return streamReply(reader, open.headers);
}

/** The store's answer, or an error when that takes too long. */
function reach<T>(promise: Promise<T>): Promise<T> {
  return withTimeout(promise, STORE_TIMEOUT, 'The store did not answer.');
}

/** Resolves with the first event, the end, or when the client has left, or waited long enough since its body has come. */
function beginning(
  { log }: OpenAnswer,
  signal: AbortSignal,
  isComing: IsComing = () => false,
): Promise<void> | undefined {
  if (log.length || log.end) return undefined;
  return new Promise((resolve) => {
    const done = (): void => {
      cancelTimer();
      cancelChange();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const wait = (): (() => void) =>
      startTimer(() => {
        if (isComing()) cancelTimer = wait();
        else done();
      }, GRACE);
    let cancelTimer = wait();
    const cancelChange = log.subscribe(done);
    signal.addEventListener('abort', done);
  });
}

/** Nobody is an owner, too. */
function nameOf(owner: Owner): string {
  return owner === undefined || owner === null ? '' : String(owner);
}

/** The relay: decides what each request asks for, and replies. */
import { createAnswers, type Answers, type OpenAnswer } from './answers.ts';
import { limitBody } from './body-limit.ts';
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
import type { Failure, StoredAnswer } from './store.ts';
import { sleep, startTimer, STORE_TIMEOUT, withStoreTimeout } from './time.ts';
import { createId, CUT, parseEventId, problemEnd, UNASKED, type EventId } from './wire.ts';

/**
 * Sends a model's answer to any number of readers, which may disconnect and resume. The model is asked once.
 *
 * @example
 * import { createRelay, type Relay } from 'teleprinter/server';
 * const relay: Relay = createRelay();
 * export const POST = (request: Request) => relay.handle(request, () => ['Boil ', 'fresh water.']);
 * process.once('SIGTERM', () => void relay.close());
 */
export interface Relay {
  /**
   * Handles a request on a server with fetch's classes: Next.js, Hono, Bun, Deno, Workers.
   *
   * @example
   * const handle = (request: Request) =>
   *   relay.handle(request, async ({ signal }) => {
   *     const { prompt } = await request.json();
   *     return openai.chat.completions.create({ model, messages: messagesOf(prompt), stream: true }, { signal });
   *   });
   * export { handle as GET, handle as POST, handle as DELETE };
   */
  handle(this: void, request: Request, produce: Produce, options?: HandleOptions): Promise<Response>;
  /**
   * Handles a request of `node:http`, Express, Fastify (`request.raw`, `reply.raw`) or Next's `pages/api`. Resolves when the
   * response has ended, or the client has disconnected.
   */
  handleNode(
    this: void,
    request: NodeRequest,
    response: NodeResponse,
    produce: Produce,
    options?: HandleOptions,
  ): Promise<void>;
  /**
   * Stops an answer, whichever process produces it. Its readers receive an end with the outcome `stopped`.
   * @param id The ID of the answer, or of one of its events.
   */
  stop(this: void, id: string): Promise<void>;
  /** Closes the store. Does not wait for answers that this process produces. */
  close(this: void): Promise<void>;
}

/** How long, in milliseconds, the headers of a response wait for the first event: until then, an error can set the status. */
const FIRST_EVENT_TIMEOUT = 100;

/** The end of an answer whose creation took longer than the store timeout. */
const CREATED_TOO_LATE: Failure = { status: 503, retryAfter: '1' };

/**
 * Creates a relay. One relay can serve any number of routes.
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
  const respond = createResponder(settings, answers);
  store.onStop((id) => answers.stop(id));

  return {
    async handle(request, produce, handleOptions = {}) {
      const limited: Produce = (context) =>
        produce({ ...context, request: limitBody(context.request, maxBodySize) });
      // The requests of Azure Functions have none.
      const signal = (request.signal as AbortSignal | undefined) ?? new AbortController().signal;
      return toResponse(await respond(request, signal, limited, handleOptions), signal);
    },
    async handleNode(request, response, produce, handleOptions = {}) {
      const controller = new AbortController();
      const abort = (): void => controller.abort();
      response.on('close', abort);
      // Emitted by a write after something else has ended the response. Without a listener, it would end the process.
      response.on('error', abort);
      const { stream } = response;
      stream?.on?.('aborted', abort);
      // The client may have left while the application did something else first.
      if (response.destroyed || stream?.destroyed || stream?.aborted) abort();
      const { request: fetchRequest, isPending, drain } = toRequest(request, controller.signal, maxBodySize);
      const { signal } = controller;
      const reply = await respond(fetchRequest, signal, produce, handleOptions, isPending);
      await sendToNode(reply, response, signal);
      void drain();
      // `close` also follows a normal end.
      response.off('close', abort);
    },
    async stop(id) {
      await withStoreTimeout(store.stop(parseEventId(id)?.id ?? id));
    },
    close: () => store.close(),
  };
}

/** Produces the reply to a request. */
type Respond = (
  request: Request,
  signal: AbortSignal,
  produce: Produce,
  handleOptions: HandleOptions,
  isBodyPending?: IsBodyPending,
) => Promise<Reply>;

/** Whether `produce` is waiting for the body of the request. Until the body has arrived, the status is not known. */
type IsBodyPending = () => boolean;

function createResponder(settings: Settings, answers: Answers): Respond {
  const { store, maxBodySize, onError } = settings;

  async function create(answer: StoredAnswer): Promise<StoredAnswer> {
    const creating = store.create(answer, settings.maxAge + settings.retention);
    return withStoreTimeout(creating).catch((error) => {
      // The store may still create the answer, which this process will not produce.
      creating
        .then(() => store.end(answer, problemEnd('model', CREATED_TOO_LATE), STORE_TIMEOUT))
        .catch(() => {});
      throw error;
    });
  }

  async function ask(question: Question, signal: AbortSignal, isBodyPending: IsBodyPending): Promise<Reply> {
    for (let attempts = 10; ; attempts--) {
      const { id } = await create(question.answer);
      const isNew = id === question.answer.id;
      const open = isNew ? answers.start(question) : answers.open(id);
      const reply = await replyWithAnswer(open, 0, signal, settings, isBodyPending);
      // Whoever has the same key as a client that left too soon asks in its place, as soon as the store frees the key.
      if (isNew || !attempts || open.log.end?.block !== UNASKED.block) return reply;
      await sleep(FIRST_EVENT_TIMEOUT);
    }
  }

  async function resumeOrStop(
    { type, eventId }: AnswerIntent,
    owner: string,
    signal: AbortSignal,
  ): Promise<Reply> {
    const { id, position } = eventId;
    const answer = await withStoreTimeout(store.find(id));
    if (answer?.owner !== owner) return problem(410);
    if (type === 'resume') return replyWithAnswer(answers.open(id), position, signal, settings);
    await withStoreTimeout(store.stop(id));
    return NO_CONTENT;
  }

  return async (request, signal, produce, handleOptions, isBodyPending = () => false) => {
    const intent = intentOf(request.method, request.headers, maxBodySize);
    if (intent.type === 'refuse') return intent.reply;
    let owner: string;
    try {
      owner = ownerName(await settings.owner?.(request));
    } catch (error) {
      onError(error, { id: undefined });
      const { status } = failureOf(error);
      return problem(status === 502 ? 500 : status);
    }
    try {
      if (intent.type !== 'ask') return await resumeOrStop(intent, owner, signal);
      const answer = { id: createId(), owner, key: intent.key };
      return await ask({ answer, request, produce, handleOptions }, signal, isBodyPending);
    } catch (error) {
      onError(error, { id: undefined });
      return problem(503, { 'Retry-After': '1' });
    }
  };
}

/** What a request asks for. */
type Intent =
  | { readonly type: 'ask'; readonly key: string | undefined }
  | AnswerIntent
  | { readonly type: 'refuse'; readonly reply: Reply };

/** A request about an answer that exists. */
interface AnswerIntent {
  readonly type: 'resume' | 'stop';
  readonly eventId: EventId;
}

/** Decides what a request asks for. The first row that matches counts. */
function intentOf(method: string, headers: Headers, maxBodySize: number): Intent {
  const lastEventId = headers.get('last-event-id') || undefined;
  const key = headers.get('idempotency-key') || undefined;
  const refuse = (status: number, detail?: string, extra?: Record<string, string>): Intent => ({
    type: 'refuse',
    reply: problem(status, extra, detail),
  });
  if (!METHODS.includes(method)) return refuse(405, undefined, { Allow: METHODS.join(', ') });
  if (lastEventId !== undefined) {
    const eventId = parseEventId(lastEventId);
    return eventId ? { type: method === 'DELETE' ? 'stop' : 'resume', eventId } : refuse(410);
  }
  if (method === 'DELETE') return refuse(400, 'DELETE takes the header Last-Event-ID.');
  if (key !== undefined && key.length > MAX_KEY_LENGTH)
    return refuse(400, `Idempotency-Key is longer than ${MAX_KEY_LENGTH} characters.`);
  if (Number(headers.get('content-length')) > maxBodySize) return refuse(413);
  return { type: 'ask', key };
}

const METHODS = ['GET', 'POST', 'DELETE'];
const MAX_KEY_LENGTH = 255;

/** Makes the reply with an answer from a position on, or the reply that replaces it. */
async function replyWithAnswer(
  open: OpenAnswer,
  position: number,
  signal: AbortSignal,
  { heartbeat, maxReaders }: Settings,
  isBodyPending?: IsBodyPending,
): Promise<Reply> {
  const removeReader = open.addReader();
  const refused = open.readers > maxReaders && problem(503, { 'Retry-After': '5' });
  if (!refused) await waitForFirstEvent(open, signal, isBodyPending);
  const { end, length } = open.log;
  // A reader may have seen more of an answer that was cut than the store has.
  const isWhole = open.isProducedHere || (end && end.block !== CUT.block);
  const otherReply =
    refused ||
    (isWhole && position > length && position !== Infinity && problem(410)) ||
    // Nothing has been sent yet, so the status can show that there is no answer.
    (end?.failure && length === 0 && failureReply(end.failure, end.block)) ||
    (end && (position === Infinity || (position >= length && !end.block)) && NO_CONTENT);
  if (otherReply) {
    removeReader();
    return otherReply;
  }
  const reader = createReader(open.log, position, heartbeat, removeReader);
  if (signal.aborted) reader.close();
  return streamReply(reader, open.headers);
}

/**
 * Resolves with the first event or the end of an answer, when the client disconnects, and after a timeout, which starts again
 * while the body of the request is pending.
 */
function waitForFirstEvent(
  { log }: OpenAnswer,
  signal: AbortSignal,
  isBodyPending: IsBodyPending = () => false,
): Promise<void> | undefined {
  if (log.length || log.end) return undefined;
  return new Promise((resolve) => {
    const finish = (): void => {
      cancelTimer();
      unsubscribe();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const startTimeout = (): (() => void) =>
      startTimer(() => {
        if (isBodyPending()) cancelTimer = startTimeout();
        else finish();
      }, FIRST_EVENT_TIMEOUT);
    let cancelTimer = startTimeout();
    const unsubscribe = log.subscribe(finish);
    signal.addEventListener('abort', finish);
  });
}

/**
 * The owner as a string. A request without an owner has the owner `''`.
 * @throws TypeError if the owner is an object without a string of its own: all users would be one owner
 */
function ownerName(owner: Owner): string {
  const name = String(owner ?? '');
  if (name.startsWith('[object ')) throw new TypeError('owner gave an object. It takes the ID of a user.');
  return name;
}

import { hashOf } from '../connection/replay.ts';
import { methodOf, stringify, urlOf } from '../connection/request.ts';
import type { StreamInput, StreamOptions } from '../contract/options.ts';
import { parseURL } from '../page-url.ts';
import type { SavedAnswer } from './answer.ts';

/** The position in an answer, and the answer up to there. */
interface Position {
  readonly lastEventId: string;
  readonly cursor: unknown;
  readonly answer: SavedAnswer;
}

/** What is stored: a digest of the request, and the position, which is missing if the answer will be replayed. */
type Entry = Partial<Position> & { readonly request: string };

/**
 * Remembers the position in one answer over a reload of the page, in `sessionStorage`, which survives a reload and
 * belongs to this tab. It is written when the page is left or hidden (on a phone, the last event that a page receives),
 * not with each event, which would be quadratic. https://developer.chrome.com/docs/web-platform/page-lifecycle-api
 */
export class Memory {
  /** The position that an earlier page stored for the same request. */
  readonly restored: Partial<Position> | undefined;
  readonly #key: string;
  readonly #request: string;
  readonly #isReplayed: boolean;
  #entry: (() => Entry) | undefined;
  readonly #save = (): void => {
    const entry = this.#entry;
    if (entry) inStorage(this.#key, (storage, name) => storage.setItem(name, JSON.stringify(entry())));
  };

  /** @param isReplayed Whether the `resume` address replays the whole answer if there is no event ID. */
  constructor(key: string, input: StreamInput, options: StreamOptions, isReplayed: boolean) {
    this.#key = key;
    this.#request = digestRequest(input, options);
    this.#isReplayed = isReplayed;
    const entry = read(key);
    if (entry?.request === this.#request) this.restored = entry;
    // It belongs to another request, or is damaged.
    else remove(key);
  }

  /** From now on, stores the position when the page is left or hidden. */
  watch(): void {
    this.#listen('addEventListener');
  }

  /**
   * Sets the current position.
   * @param answer Gives the answer up to there, until the next call.
   */
  update(lastEventId: string, cursor: unknown, answer: () => SavedAnswer): void {
    const request = this.#request;
    const entry =
      lastEventId || cursor ? () => ({ lastEventId, cursor, answer: answer(), request }) : undefined;
    this.#entry = entry ?? (this.#isReplayed ? () => ({ request }) : undefined);
  }

  /** The stream has ended. The position in an unfinished answer stays stored. */
  end(isUnfinished: boolean): void {
    this.#listen('removeEventListener');
    if (isUnfinished) this.#save();
    else remove(this.#key);
  }

  /** Adds or removes the listeners for the page being left or hidden, if there is a page. */
  #listen(how: 'addEventListener' | 'removeEventListener'): void {
    for (const type of ['pagehide', 'visibilitychange']) globalThis[how]?.(type, this.#save);
  }
}

/**
 * Whether an earlier page left an unfinished answer under this `resumeKey`, which `stream()` with the same request
 * continues. False if there is no `sessionStorage`.
 *
 * @example
 * import { isUnfinished, stream } from 'teleprinter';
 * const options = { body: { prompt: 'tea' }, resume: true, resumeKey: 'chat-7' };
 * if (isUnfinished('chat-7')) console.log((await stream('/api/chat', options).result).text);
 */
export function isUnfinished(resumeKey: string): boolean {
  return read(resumeKey) !== undefined;
}

/** Reads the entry of a key, if there is a valid one. */
function read(key: string): Entry | undefined {
  return inStorage(key, (storage, name) => {
    const entry = JSON.parse(storage.getItem(name)!) as Entry;
    const { request, lastEventId = '', answer = ['', '', []] } = entry;
    const [text, reasoning, calls, thought = ''] = answer;
    const strings: unknown[] = [request, lastEventId, text, reasoning, thought];
    const isValid = [...strings, ...calls.map(({ json }) => json)].every((each) => typeof each === 'string');
    return isValid ? entry : undefined;
  });
}

function remove(key: string): void {
  inStorage(key, (storage, name) => storage.removeItem(name));
}

/**
 * Calls a function with the storage of this tab, and with the name of an entry there. That of Deno, or of Node 25, belongs
 * to a process, which serves many users. Returns `undefined` if there is no storage (a worker, a server, a sandboxed
 * frame), if it is full (then the answer starts over after a reload), or if the entry is missing or damaged.
 */
function inStorage<T>(key: string, use: (storage: Storage, name: string) => T): T | undefined {
  try {
    return globalThis.document && use(sessionStorage, `teleprinter:${key}`);
  } catch {
    return undefined;
  }
}

/** A digest that distinguishes requests. It does not cover a body that a function returns. */
function digestRequest(input: StreamInput, options: StreamOptions): string {
  const { body } = options;
  const url = parseURL(urlOf(input))?.href;
  const request = stringify([methodOf(input, options), url, fieldsOf(body)]);
  // Two hashes of 32 bits, so that no secret and no body is stored.
  return `${hashOf(request, 2_166_136_261)} ${hashOf(request, 97)}`;
}

/** A body as JSON: the fields of a form; the type, size, name and date of a file, whose content is not read. */
function fieldsOf(body: StreamOptions['body']): unknown {
  if (body instanceof FormData || body instanceof URLSearchParams) {
    return Array.from(body as unknown as Iterable<[string, unknown]>, ([name, value]) => [
      name,
      fieldsOf(value as Blob),
    ]);
  }
  if (body instanceof Blob) {
    const { name, lastModified } = body as Partial<File>;
    return [body.type, body.size, name, lastModified];
  }
  const isBytes = body instanceof ArrayBuffer || ArrayBuffer.isView(body);
  // Maps each byte to one character.
  return isBytes ? new TextDecoder('latin1').decode(body) : body;
}

import { hashOf } from '../connection/replay.ts';
import { methodOf, urlOf } from '../connection/request.ts';
import type { StreamInput, StreamOptions } from '../contract/options.ts';
import { parseURL } from '../page-url.ts';
import type { KeptAnswer } from './answer.ts';

/** From where to go on with an answer, and the answer up to there. */
interface Place {
  readonly lastEventId: string;
  readonly cursor: unknown;
  readonly answer: KeptAnswer;
}

/** What is stored: the request that it belongs to, and the place; an empty one where the answer is replayed. */
type Entry = Partial<Place> & { readonly request: string };

/**
 * Keeps the place in one answer over a reload of the page, in `sessionStorage`, which outlives a reload and is this
 * tab's own. It is written when the page goes or is hidden (the last that a page hears of on a phone), not with each
 * event: that would be quadratic. https://developer.chrome.com/docs/web-platform/page-lifecycle-api
 */
export class Memory {
  /** The place that an earlier page left for the same request. */
  readonly restored: Partial<Place> | undefined;
  readonly #key: string;
  readonly #request: string;
  readonly #isReplayed: boolean;
  #entry: Entry | undefined;
  readonly #save = (): void => {
    if (this.#entry) write(this.#key, this.#entry);
  };

  /** @param isReplayed Whether the place to resume at replays the answer where no event ID says from where. */
  constructor(key: string, input: StreamInput, options: StreamOptions, isReplayed: boolean) {
    this.#key = key;
    this.#request = digestOf(input, options);
    this.#isReplayed = isReplayed;
    const entry = read(key);
    if (entry?.request === this.#request) this.restored = entry;
    // Of another request, or damaged.
    else forget(key);
  }

  /** From now on, leaves behind what is kept when the page goes. */
  watch(): void {
    this.#listen('addEventListener');
  }

  /** The answer has come as far as this. */
  keep(place: Place): void {
    const request = this.#request;
    this.#entry =
      place.lastEventId || place.cursor ? { ...place, request } : this.#isReplayed ? { request } : undefined;
  }

  /** The stream is over: an unfinished answer stays kept. */
  end(isUnfinished: boolean): void {
    this.#listen('removeEventListener');
    if (isUnfinished) this.#save();
    else forget(this.#key);
  }

  /** To what a page hears when it goes, or is hidden. Outside a page there is nothing to hear. */
  #listen(how: 'addEventListener' | 'removeEventListener'): void {
    for (const type of ['pagehide', 'visibilitychange']) globalThis[how]?.(type, this.#save);
  }
}

/**
 * Whether an earlier page has left an answer under this `resumeKey` that is not finished, so that `stream()` with the
 * same request goes on with it. False where there is no `sessionStorage`.
 *
 * @example
 * import { isUnfinished, stream } from 'teleprinter';
 * const options = { body: { prompt: 'tea' }, resume: true, resumeKey: 'chat-7' };
 * if (isUnfinished('chat-7')) console.log((await stream('/api/chat', options).result).text);
 */
export function isUnfinished(resumeKey: string): boolean {
  return read(resumeKey) !== undefined;
}

const nameOf = (key: string): string => `teleprinter:${key}`;

/** The entry of a key, if there is one that is whole. */
function read(key: string): Entry | undefined {
  try {
    const entry = JSON.parse(sessionStorage.getItem(nameOf(key))!) as Entry | null;
    const { request, lastEventId = '', answer: [text, reasoning, calls] = ['', '', []] } = entry!;
    const strings: unknown[] = [request, lastEventId, text, reasoning, ...calls.map(({ json }) => json)];
    return strings.every((each) => typeof each === 'string') ? entry! : undefined;
  } catch {
    // No storage (a worker, a sandboxed frame), no entry, or one that is no JSON.
    return undefined;
  }
}

function write(key: string, entry: Entry): void {
  try {
    sessionStorage.setItem(nameOf(key), JSON.stringify(entry));
  } catch {
    // No storage, or it is full: after a reload the answer starts over.
  }
}

function forget(key: string): void {
  try {
    sessionStorage.removeItem(nameOf(key));
  } catch {
    // No storage: nothing to forget.
  }
}

/** What tells one request from another. A function's body is not known before it is called. */
function digestOf(input: StreamInput, options: StreamOptions): string {
  if (input instanceof ReadableStream || input instanceof Response) return '';
  const { body } = options;
  const url = parseURL(urlOf(input))?.href;
  const request = JSON.stringify([methodOf(input, options), url, fieldsOf(body)]);
  // Two hashes of 32 bits: no secret is kept by them, and no body need be stored.
  return `${hashOf(request, 2_166_136_261)} ${hashOf(request, 97)}`;
}

/** A body as JSON: of a form, its fields; of a file, all that is known before it is read. */
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
  // Each byte is another character.
  return isBytes ? new TextDecoder('latin1').decode(body) : body;
}

import { OptionsError } from './errors.ts';
import type { StreamOptions, StreamResult } from './options.ts';
import type { EventStream } from './event-stream.ts';
import { stream } from './index.ts';
import { typewriter, type Typewriter } from './typewriter/typewriter.ts';

/** What `<tele-printer>` fires, each as a CustomEvent. */
export interface TelePrinterEventMap {
  /** A connection opened. */
  open: CustomEvent<{ response: Response | undefined }>;
  /** Text arrived; it shows a moment later. */
  text: CustomEvent<{ delta: string; text: string }>;
  /** The stream ended, with any outcome. */
  end: CustomEvent<StreamResult>;
  /** The stream ended `truncated` or `failed`. */
  error: CustomEvent<unknown>;
}

/**
 * `<tele-printer src="/api/chat">` types the answer of a stream into itself. It starts when it is connected to the
 * page and has a `src`, unless `autostart="false"`. What it holds before shows until the first letter.
 *
 * Attributes: `src`, `method`, `body`, `headers` (a JSON object), `credentials`, `end`, `speed`, `autostart`.
 */
export class TelePrinterElement extends HTMLElement {
  /** Any option of `stream()`; attributes stand above it. Set it before the start. */
  options: StreamOptions = {};
  #stream: EventStream | undefined;
  #typewriter: Typewriter | undefined;

  /** The URL of the stream. */
  get src(): string | null {
    return this.getAttribute('src');
  }
  set src(url: string | null) {
    if (url === null) this.removeAttribute('src');
    else this.setAttribute('src', url);
  }

  /** What became of the newest stream. Never rejects; `undefined` before the first start. */
  get result(): Promise<StreamResult> | undefined {
    return this.#stream?.result;
  }

  /** Whether an answer is arriving or being typed. */
  get streaming(): boolean {
    return this.hasAttribute('aria-busy');
  }

  connectedCallback(): void {
    if (this.src && this.getAttribute('autostart') !== 'false' && !this.streaming) this.start();
  }

  disconnectedCallback(): void {
    // A move within the page disconnects for a moment only.
    queueMicrotask(() => {
      if (!this.isConnected) this.stop();
    });
  }

  /** Asks for the answer, anew if there was one. */
  start(): void {
    this.stop();
    const { src } = this;
    if (!src) {
      throw new OptionsError('<tele-printer> has nothing to ask: set its src attribute.', { option: 'src' });
    }
    const own = stream(src, {
      ...this.options,
      ...this.#attributes(),
      onOpen: (open) => {
        this.#fire('open', open);
        this.options.onOpen?.(open);
      },
      onText: (delta, text) => {
        this.#fire('text', { delta, text });
        this.options.onText?.(delta, text);
      },
      onError: (error) => {
        this.#fire('error', error);
        this.options.onError?.(error);
      },
      onEnd: (result) => {
        this.#fire('end', result);
        this.options.onEnd?.(result);
      },
    });
    this.#stream = own;
    const speed = Number(this.getAttribute('speed'));
    this.#typewriter = typewriter(own, this, { speed: speed > 0 ? speed : 'auto' });
  }

  /** Ends the stream; what is shown stays, and `result` has the outcome `stopped`. */
  stop(): void {
    this.#typewriter?.cancel();
    this.#stream?.close();
  }

  /** Shows at once what has arrived, and from now on as it arrives. */
  finish(): void {
    this.#typewriter?.finish();
  }

  #attributes(): StreamOptions {
    const given = (name: string): object => {
      const value = this.getAttribute(name);
      return value === null ? {} : { [name]: value };
    };
    const headers = this.getAttribute('headers');
    return {
      ...given('method'),
      ...given('body'),
      ...given('credentials'),
      ...given('end'),
      ...(headers === null ? {} : { headers: parseHeaders(headers) }),
    };
  }

  #fire<T extends keyof TelePrinterEventMap>(type: T, detail: TelePrinterEventMap[T]['detail']): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function parseHeaders(json: string): Record<string, string> {
  try {
    return JSON.parse(json) as Record<string, string>;
  } catch (cause) {
    throw new OptionsError(`The headers attribute is not a JSON object like {"X-Name": "value"}.`, {
      option: 'headers',
      cause,
    });
  }
}

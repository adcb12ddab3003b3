import { OptionsError } from '../errors.ts';
import type { EventStream } from '../contract/event-stream.ts';
import { stream } from '../stream/stream.ts';
import type { Body, StreamOptions } from '../contract/options.ts';
import type { StreamResult } from '../contract/result.ts';
import type { Typewriter, TypewriterOptions } from '../typewriter/options.ts';
import { typewriter } from '../typewriter/typewriter.ts';
import type { View } from '../typewriter/views/view.ts';
import { reflectAttributes, streamOptions } from './attributes.ts';
import { hideFailure, showFailure } from './failure.ts';
import { takeSubmission } from './forms.ts';

/** The events of `<tele-printer>`, each a CustomEvent. */
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

/** The states that CSS can ask for: `tele-printer:state(streaming)`. */
type State = 'idle' | 'streaming' | 'done' | 'failed';

/**
 * `<tele-printer src="/api/chat">` types the answer of a stream into itself. It starts when it is connected to the
 * page and has a `src`, unless `autostart="false"`, and again when `src` or `body` changes. What it holds before shows
 * until the first letter.
 *
 * Attributes: `src`, `method`, `body`, `headers` (a JSON object), `credentials`, `format`, `end`, `speed`, `caret`
 * (`"false"` for none), `follow`, `markdown`, `announce`, `autostart`, `loading` (`"lazy"` waits until it is near the
 * reader), `for` (the ID of a form, whose fields are sent when it is submitted; the form may name the element by its
 * `target` instead). A `<template data-failure>` in it is what shows when an answer fails; a `data-retry` button there
 * asks again.
 */
export class TelePrinterElement extends HTMLElement {
  static readonly observedAttributes: readonly string[] = ['src', 'body'];
  /** Loads the markdown view. Set by `register()`. */
  static loadMarkdown: (() => Promise<{ markdown(): (element: HTMLElement) => View }>) | undefined;

  /** The URL of the stream. */
  declare src: string | null;
  /** The HTTP method. */
  declare method: string | null;
  /** The request body, as it stands; it makes the method POST. */
  declare body: string | null;
  /** Request headers, as a JSON object. */
  declare headers: string | null;
  /** The name of the format; `auto` detects it. */
  declare format: string | null;
  /** Whether cookies go along: `include`, `same-origin` or `omit`. */
  declare credentials: string | null;
  /** The name of the event that ends the answer. */
  declare end: string | null;
  /** Graphemes per second; without it the pace is that of the stream. */
  declare speed: string | null;
  /** The ID of a form, whose fields are sent when it is submitted. */
  declare for: string | null;
  /** `lazy` waits until the element is near what the reader sees. */
  declare loading: string | null;
  /** `off`: no live region. */
  declare announce: string | null;
  /** Keeps the end in sight, until the reader scrolls up. */
  declare follow: boolean;
  /** Shows markdown. */
  declare markdown: boolean;
  /** Any options of `stream()`; attributes override them. Set it before the start. */
  options: StreamOptions = {};
  /** Shows the text; `markdown` overrides it. Set it before the start. */
  view: TypewriterOptions['view'];
  readonly #internals = this.attachInternals?.();
  #stream: EventStream | undefined;
  #typewriter: Typewriter | undefined;
  #failure: HTMLTemplateElement | null = null;
  /** Set from the first start on: a page that moves the element does not ask again. */
  #hasStarted = false;
  #isStarting = false;
  #sentBody: Body | undefined;
  #nearness: IntersectionObserver | undefined;
  readonly #onSubmit = (event: Event): void => this.#submit(event as SubmitEvent);

  /** How the newest stream ended. Never rejects; `undefined` before the first start. */
  get result(): Promise<StreamResult> | undefined {
    return this.#stream?.result;
  }

  /** Whether an answer is arriving or being typed. */
  get streaming(): boolean {
    return this.hasAttribute('aria-busy');
  }

  connectedCallback(): void {
    document.addEventListener('submit', this.#onSubmit);
    if (this.#hasStarted || !this.src || !this.#startsItself()) return;
    if (this.loading !== 'lazy') return this.start();
    this.#nearness = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting) && !this.#hasStarted) this.start();
      },
      { rootMargin: '200px' },
    );
    this.#nearness.observe(this);
  }

  disconnectedCallback(): void {
    document.removeEventListener('submit', this.#onSubmit);
    this.#nearness?.disconnect();
    // A move within the page disconnects for a moment only.
    queueMicrotask(() => {
      if (!this.isConnected) this.stop();
    });
  }

  attributeChangedCallback(_: string, before: string | null, now: string | null): void {
    // Before it is in the page, and while it is made, its attributes come one by one.
    if (!this.isConnected || before === now || !this.#hasStarted || !this.#startsItself()) return;
    if (this.#isStarting) return;
    this.#isStarting = true;
    queueMicrotask(() => {
      this.#isStarting = false;
      if (this.isConnected && this.src) this.start();
    });
  }

  /** Asks for the answer, anew if there was one. */
  start(): void {
    this.stop();
    const { src } = this;
    if (!src) {
      throw new OptionsError('<tele-printer> has nothing to ask: set its src attribute.', { option: 'src' });
    }
    this.#nearness?.disconnect();
    this.#failure ??= this.querySelector('template[data-failure]');
    this.#hasStarted = true;
    this.#ask(src);
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

  #startsItself(): boolean {
    const isAnswered = this.getAttribute('data-teleprinter') === 'finished';
    return this.getAttribute('autostart') !== 'false' && !this.for && !isAnswered;
  }

  #ask(src: string): void {
    const own = stream(src, {
      ...this.options,
      ...streamOptions(this),
      ...(this.#sentBody && { body: this.#sentBody }),
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
    this.#typewriter = undefined;
    this.#setState('streaming');
    hideFailure(this);
    void this.#type(own);
  }

  async #type(own: EventStream): Promise<void> {
    const load = this.markdown ? TelePrinterElement.loadMarkdown : undefined;
    // Listening begins now, so that nothing is lost while the view loads.
    const text = own.text[Symbol.asyncIterator]() as AsyncIterableIterator<string>;
    const source = Object.create(own, { text: { value: text } }) as EventStream;
    this.setAttribute('aria-busy', 'true');
    const view = load ? (await load()).markdown() : this.view;
    if (this.#stream !== own) return;
    const speed = Number(this.speed);
    this.#typewriter = typewriter(source, this, {
      speed: speed > 0 ? speed : 'auto',
      view,
      caret: this.getAttribute('caret') !== 'false',
      follow: this.follow,
      announce: this.announce === 'off' ? 'off' : 'polite',
    });
    await this.#typewriter.finished.catch(() => {});
    const { error } = await own.result;
    if (this.#stream !== own) return;
    this.#setState(error ? 'failed' : 'done');
    if (error) showFailure(this, this.#failure, () => this.start());
  }

  #submit(event: SubmitEvent): void {
    const submission = takeSubmission(this, event);
    if (!submission) return;
    this.#sentBody = submission.body;
    if (!this.src && submission.action) this.src = submission.action;
    this.start();
  }

  #setState(state: State): void {
    const { states } = this.#internals ?? {};
    try {
      states?.clear();
      states?.add(state);
    } catch {
      // Browsers from before 2024 require two dashes before the name.
      states?.add(`--${state}`);
    }
  }

  #fire<T extends keyof TelePrinterEventMap>(type: T, detail: TelePrinterEventMap[T]['detail']): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

reflectAttributes(TelePrinterElement.prototype);

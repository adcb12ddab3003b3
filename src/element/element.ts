import type { EventStream } from '../contract/event-stream.ts';
import type { Body, StreamOptions } from '../contract/options.ts';
import type { StreamResult } from '../contract/result.ts';
import { OptionsError } from '../errors.ts';
import { stream } from '../stream/stream.ts';
import type { Typewriter, TypewriterOptions } from '../typewriter/options.ts';
import { typewriter } from '../typewriter/typewriter.ts';
import { text } from '../typewriter/views/text.ts';
import {
  defineProperties,
  type ReflectedAttributes,
  REQUEST_ATTRIBUTES,
  requestKey,
  setText,
  streamOptions,
  upgradeProperties,
} from './attributes.ts';
import { depart, departedFor } from './departures.ts';
import { eventCallbacks, fire, type Owner, type WithEvents } from './events.ts';
import { FailureNotice } from './failure.ts';
import { withQuery, type Submission } from './forms.ts';
import { joinForms } from './joined-forms.ts';
import { loadMarkdownView, type LoadMarkdown, type MarkdownOptions } from './markdown.ts';
import { isReplacedByHydration } from './hydration.ts';
import { whenNear } from './near.ts';
import { Stage } from './stage.ts';
import { States } from './states.ts';

/** How long a page may take to move an element, in milliseconds: libraries that replace the page take a frame or two. */
const MOVE = 40;

/** Where there is no DOM, the module can be imported, and the element cannot be used. */
const Base = (globalThis.HTMLElement ?? Object) as unknown as new () => WithEvents & ReflectedAttributes;

/**
 * `<tele-printer src="/api/chat">` types the answer of a stream. It starts when it is connected to the page and has a
 * `src`, unless `autostart="false"`, and again when an attribute that makes the request changes. Its own children show
 * until the first letter; it never changes them. The answer is a child that it makes, `[slot=answer]`. Attributes:
 * `src`, `method`, `body`, `headers` (a JSON object), `credentials`, `format`, `end`, `speed`, `caret` (`"false"` for
 * none), `follow`, `markdown`, `announce`, `autostart`, `answered` (the server has rendered the answer as its children),
 * `loading` (`"lazy"` waits until it is near the reader), `for` (the ID of a form, whose fields are sent when it is
 * submitted; the form may name the element by its `target` instead). A `<template data-failure>` in it shows when an
 * answer fails; a `data-retry` button there asks again.
 * @example
 * ```html
 * <tele-printer src="/api/chat?prompt=tea" end="end" markdown>Thinking…</tele-printer>
 * ```
 */
export class TelePrinterElement extends Base {
  static readonly observedAttributes: readonly string[] = [...REQUEST_ATTRIBUTES, 'autostart', 'loading'];
  /** Loads the markdown view. Set by `register()`. */
  static loadMarkdown: LoadMarkdown | undefined;

  /** Options of the markdown view. Set them before the start. */
  declare markdownOptions: MarkdownOptions | undefined;
  /** Shows the text; `markdown` overrides it. Set it before the start. */
  declare view: TypewriterOptions['view'];

  readonly #states: States;
  readonly #stage: Stage;
  readonly #notice: FailureNotice;
  #options: StreamOptions = {};
  #body: Body | undefined;
  #submitted: Submission | undefined;
  /** What the answer that is arriving is for: a double click is one question. */
  #answering: string | undefined;
  #stream: EventStream | undefined;
  #typewriter: Typewriter | undefined;
  /** The request of the newest stream: a page that moves the element does not ask again. */
  #asked: string | undefined;
  #isScheduled = false;
  #giveUpNear: (() => void) | undefined;
  #owner: Owner = { element: this };
  readonly #isRendered: boolean;
  readonly #forms = joinForms(
    this,
    () => this.#answering !== undefined,
    (submission) => this.#submit(submission),
  );

  constructor() {
    super();
    this.#isRendered = document.readyState === 'loading' || this.hasAttributes() || this.hasChildNodes();
    this.#states = new States(this);
    this.#stage = new Stage(this, !this.#isRendered);
    this.#notice = new FailureNotice(this, this.#stage, () => this.start());
    upgradeProperties(this);
  }

  /** Any options of `stream()`; attributes override them. Set it before the start. */
  get options(): StreamOptions {
    return this.#options;
  }
  set options(options: StreamOptions | undefined) {
    this.#options = options ?? {};
  }

  /** The request body; it makes the method POST. A string is the attribute; anything else is sent as by `stream()`. */
  get body(): Body | null {
    return this.#body ?? this.getAttribute('body');
  }
  set body(body: Body | null | undefined) {
    const isText = body == null || typeof body === 'string';
    setText(this, 'body', isText ? body : undefined);
    this.#body = isText ? undefined : body;
    this.#schedule();
  }

  /** How the newest stream ended. Never rejects; `undefined` before the first start. */
  get result(): Promise<StreamResult> | undefined {
    if (this.#isScheduled) this.#update();
    return this.#stream?.result;
  }

  /** Whether an answer is arriving or being typed. */
  get streaming(): boolean {
    return this.#states.main === 'streaming';
  }

  connectedCallback(): void {
    this.#forms.connect();
    this.#stage.connect();
    this.#schedule();
  }

  disconnectedCallback(): void {
    this.#forms.disconnect();
    this.#giveUpNear?.();
    const isHydration = this.#isRendered && isReplacedByHydration(this);
    const isOffered = this.#asked !== undefined && (isHydration || this.streaming);
    const forget = isOffered ? depart(this, this.#asked!, isHydration) : undefined;
    // An element in place of this one looks a microtask later.
    queueMicrotask(() => queueMicrotask(() => forget?.()));
    // A move within the page disconnects for a moment only.
    setTimeout(() => {
      if (!this.isConnected) this.#leave();
    }, MOVE);
  }

  /** Shows what has arrived. An answer that is not whole is asked for anew where the element comes back. */
  #leave(): void {
    this.finish();
    if (this.streaming && this.#typewriter?.playState !== 'finished') this.#asked = undefined;
    this.stop();
  }

  attributeChangedCallback(name: string): void {
    if (name === 'body') this.#body = undefined;
    this.#schedule();
  }

  /** Asks for the answer, anew if there was one. */
  start(): void {
    this.stop();
    const src = this.src ?? this.#submitted?.action;
    if (!src) {
      throw new OptionsError('<tele-printer> has nothing to ask: set its src attribute.', { option: 'src' });
    }
    this.#giveUpNear?.();
    this.#asked = requestKey(this, this.#body);
    this.#answering = this.#asked + this.#submitted?.key;
    this.#ask(src);
  }

  /** Ends the stream; what is shown stays, and `result` has the outcome `stopped`. */
  stop(): void {
    this.#answering = undefined;
    this.#typewriter?.cancel();
    this.#stream?.close();
  }

  /** Shows at once what has arrived, and from now on as it arrives. */
  finish(): void {
    this.#typewriter?.finish();
  }

  /** With `follow`: shows the end, and keeps it in sight again. For a button that jumps there. */
  scrollToEnd(): void {
    this.#typewriter?.scrollToEnd();
  }

  /** Looks at the request once all that changes together has changed: a framework sets one attribute after another. */
  #schedule(): void {
    if (this.#isScheduled || !this.isConnected) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      if (this.#isScheduled) this.#update();
    });
  }

  #update(): void {
    this.#isScheduled = false;
    if (!this.isConnected) return;
    if (!this.src) {
      if (this.#submitted?.action) return;
      this.stop();
      this.#asked = undefined;
      return;
    }
    const request = requestKey(this, this.#body);
    if (!this.autostart || this.for || request === this.#asked) return;
    if (this.#asked !== undefined) return this.start();
    const other = departedFor(request, this.#stage.hasCopies) as TelePrinterElement | undefined;
    if (other && other.#stream) return this.#replace(other, other.#stream);
    // `data-teleprinter` is how servers marked an answer before there was `answered`.
    const isAnswered =
      this.answered || this.getAttribute('data-teleprinter') === 'finished' || this.#stage.hasCopiedAnswer;
    if (isAnswered) {
      this.#asked = request;
      this.#states.main = 'done';
    } else if (this.loading === 'lazy' && globalThis.IntersectionObserver) {
      this.#giveUpNear?.();
      this.#giveUpNear = whenNear(this, () => this.#asked ?? this.start());
    } else this.start();
  }

  /** Goes on with the answer of an element in whose place this one is. */
  #replace(other: TelePrinterElement, own: EventStream): void {
    this.#asked = other.#asked;
    other.#typewriter?.detach();
    other.#stream = undefined;
    this.#owner = other.#owner;
    this.#owner.element = this;
    this.#show(own);
  }

  #ask(src: string): void {
    const { body, query } = this.#submitted ?? { body: this.body, query: [] };
    const owner: Owner = { element: this };
    const own = stream(withQuery(src, this.baseURI, query), {
      ...this.#options,
      ...streamOptions(this),
      ...(body !== null && { body }),
      ...eventCallbacks(owner),
    });
    this.#owner = owner;
    this.#show(own);
  }

  #show(own: EventStream): void {
    this.#stream = own;
    this.#typewriter = undefined;
    this.#states.main = 'streaming';
    this.#stage.hasPlaceholder = true;
    this.#notice.beginRetry();
    void this.#type(own, this.#stage.make('answer'));
  }

  async #type(own: EventStream, place: HTMLElement): Promise<void> {
    // Without markdown nothing is awaited.
    const markdown = this.markdown && (await loadMarkdownView(TelePrinterElement.loadMarkdown, this));
    if (this.#stream !== own) return;
    const createView = markdown || (this.view ?? text());
    const speed = Number(this.speed);
    this.#typewriter = typewriter(own, place, {
      speed: speed > 0 ? speed : 'auto',
      view: (element) => {
        this.#stage.hasPlaceholder = false;
        this.#notice.remove();
        return createView(element);
      },
      caret: this.caret,
      follow: this.follow,
      onEndInSight: (isInSight) => {
        this.#states.isEndInSight = isInSight;
        fire(this, 'endinsight', { isInSight });
      },
      announce: this.announce === 'off' ? 'off' : 'polite',
    });
    await this.#typewriter.finished.catch(() => {});
    const result = await own.result;
    if (this.#stream === own) this.#settle(result);
  }

  #settle({ outcome, error }: StreamResult): void {
    this.#forms.enable();
    this.#answering = undefined;
    this.#stage.hasPlaceholder = false;
    this.#states.main = error ? 'failed' : 'done';
    if (error) this.#notice.show(outcome);
    else this.#notice.remove();
  }

  #submit(submission: Submission): void {
    if (this.#answering === requestKey(this, this.#body) + submission.key) return;
    this.#submitted = submission;
    this.start();
  }
}

defineProperties(TelePrinterElement.prototype);

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
  findUnsetObject,
  parseBody,
  type ReflectedAttributes,
  REQUEST_ATTRIBUTES,
  requestKey,
  streamOptions,
  upgradeProperties,
  writeAttribute,
} from './attributes.ts';
import { dispatch, eventCallbacks, type Owner, type WithEvents } from './events.ts';
import { FailureNotice } from './failure.ts';
import { withQuery, type Submission } from './forms.ts';
import { findReplaced, MOVE_TIMEOUT, offerAnswer } from './handover.ts';
import { afterHydration, isReplacedByHydration, mayHydrate } from './hydration.ts';
import { joinForms } from './joined-forms.ts';
import { loadMarkdownView, type LoadMarkdown, type MarkdownOptions } from './markdown.ts';
import { isPrerendered, whenNear, whenOpened } from './near.ts';
import { Slots } from './slots.ts';
import { States } from './states.ts';

/** Without a DOM the module can still be imported, but the element cannot be created. */
const Base = (globalThis.HTMLElement ?? Object) as unknown as new () => WithEvents & ReflectedAttributes;

/**
 * `<tele-printer src="/api/chat">` types the answer of a stream. It sends the request when it is connected and has a
 * `src`, unless `autostart="false"`, and again when an attribute of the request changes. Its own children are the
 * placeholder, shown until the first letter and never changed. The answer is a child that it creates, `[slot=answer]`.
 * Attributes: `src`, `method`, `body`, `headers` (a JSON object), `credentials`, `format`, `end`, `speed`, `caret`
 * (`"false"`: none), `follow`, `markdown`, `announce`, `autostart`, `answered` (the server has rendered the answer as
 * its children), `loading` (`"lazy"`: the request waits until the element is near the viewport), `for` (the ID of a
 * form, whose fields are sent when it is submitted; the form may name the element by its `target` instead). A
 * `<template data-failure>` in it is shown when an answer fails; a `data-retry` button there sends the request again.
 *
 * @example
 * ```html
 * <tele-printer src="/api/chat?prompt=tea" end="end" markdown>Thinking…</tele-printer>
 * ```
 */
export class TelePrinterElement extends Base {
  static readonly observedAttributes: readonly string[] = [...REQUEST_ATTRIBUTES, 'autostart', 'loading'];
  /** Loads the markdown view. Set by `register()`. */
  static loadMarkdown: LoadMarkdown | undefined;

  /** Options of the markdown view. Set them before the first letter of the answer. */
  declare markdownOptions: MarkdownOptions | undefined;
  /** The view that shows the text; `markdown` overrides it. Set it before the first letter of the answer. */
  declare view: TypewriterOptions['view'];

  readonly #states: States;
  readonly #slots: Slots;
  readonly #notice: FailureNotice;
  #options: StreamOptions = {};
  #body: Body | undefined;
  #submission: Submission | undefined;
  /** The request and submission whose answer is arriving. The same again, as by a double click, is ignored. */
  #pendingKey: string | undefined;
  #stream: EventStream | undefined;
  #typewriter: Typewriter | undefined;
  /** The request of the newest stream: not sent again when the element is moved. */
  #request: string | undefined;
  #isScheduled = false;
  #stopObserving: (() => void) | undefined;
  #owner: Owner = { element: this };
  readonly #isParsed: boolean;
  readonly #forms = joinForms(
    this,
    () => this.#pendingKey !== undefined,
    (submission) => this.#submit(submission),
  );

  constructor() {
    super();
    // An element created by a script has neither attributes nor children yet.
    this.#isParsed = document.readyState === 'loading' || this.hasAttributes() || this.hasChildNodes();
    this.#states = new States(this);
    this.#slots = new Slots(this, !this.#isParsed);
    this.#notice = new FailureNotice(this, this.#slots, () => this.start());
    upgradeProperties(this);
  }

  /** Any options of `stream()`; attributes override them. Set it before the request. */
  get options(): StreamOptions {
    return this.#options;
  }
  set options(options: StreamOptions | undefined) {
    this.#options = options ?? {};
  }

  /**
   * The request body; it makes the method POST. A string sets the attribute, and is sent as JSON if it is an object or an
   * array of JSON; anything else is sent as by `stream()`.
   */
  get body(): Body | null {
    return this.#body ?? this.getAttribute('body');
  }
  set body(body: Body | null | undefined) {
    const isText = body == null || typeof body === 'string';
    writeAttribute(this, 'body', isText ? body : undefined);
    this.#body = isText ? undefined : body;
    this.#schedule();
  }

  /** The result of the newest stream. Never rejects; `undefined` before the first request. */
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
    this.#slots.connect();
    this.#schedule();
  }

  disconnectedCallback(): void {
    this.#forms.disconnect();
    this.#stopObserving?.();
    const isHydration = this.#isParsed && isReplacedByHydration(this);
    const isOffered = this.#request !== undefined && (isHydration || this.streaming);
    const withdraw = isOffered ? offerAnswer(this, this.#request!, isHydration) : undefined;
    // An element that replaces this one looks for the offer a microtask later.
    queueMicrotask(() => queueMicrotask(() => withdraw?.()));
    // An element that is moved within the page is disconnected only briefly.
    setTimeout(() => {
      if (!this.isConnected) this.#stopRemoved();
    }, MOVE_TIMEOUT);
  }

  /** Shows what has arrived and stops. An incomplete answer is requested again when the element is connected again. */
  #stopRemoved(): void {
    this.finish();
    if (this.streaming && this.#typewriter?.playState !== 'finished') this.#request = undefined;
    this.stop();
  }

  attributeChangedCallback(name: string): void {
    if (name === 'body') this.#body = undefined;
    this.#schedule();
  }

  /** Sends the request, and replaces the answer if there is one. */
  start(): void {
    this.stop();
    const src = this.src ?? this.#submission?.action;
    if (!src) throw new OptionsError('<tele-printer> has nothing to ask: set src.', { option: 'src' });
    this.#stopObserving?.();
    this.#request = requestKey(this, this.#body);
    this.#openStream(src);
    this.#pendingKey = this.#request + this.#submission?.key;
  }

  /** Closes the stream with the outcome `stopped`. What is shown stays. */
  stop(): void {
    this.#pendingKey = undefined;
    this.#typewriter?.cancel();
    this.#stream?.close();
  }

  /** Shows everything that has arrived at once, and further text as it arrives. */
  finish(): void {
    this.#typewriter?.finish();
  }

  /** With `follow`: scrolls to the end, and keeps it in sight again. For a button that jumps there. */
  scrollToEnd(): void {
    this.#typewriter?.scrollToEnd();
  }

  /** Updates in the next microtask, as a framework sets one attribute after another. */
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
    const request = requestKey(this, this.#body);
    const replaced = findReplaced(request, this.#slots.hasCopies) as TelePrinterElement | undefined;
    if (this.#request === undefined && replaced && replaced.#stream)
      return this.#takeOver(replaced, replaced.#stream);
    if (!this.src) {
      if (this.#submission?.action) return;
      this.stop();
      this.#request = undefined;
      return;
    }
    if (!this.autostart || this.for || request === this.#request) return;
    if (isPrerendered()) return whenOpened(() => this.#schedule());
    if (mayHydrate() && findUnsetObject(this)) return afterHydration(() => this.#schedule());
    if (this.#request !== undefined) return this.start();
    // Before there was `answered`, servers marked an answer by `data-teleprinter`.
    const isAnswered =
      this.answered || this.getAttribute('data-teleprinter') === 'finished' || this.#slots.hasFinishedCopy;
    if (isAnswered) {
      this.#request = request;
      this.#states.main = 'done';
    } else if (this.loading === 'lazy' && globalThis.IntersectionObserver) {
      this.#stopObserving?.();
      this.#stopObserving = whenNear(this, () => this.#request ?? this.start());
    } else this.start();
  }

  /** Continues the answer of an element that this one replaces. */
  #takeOver(replaced: TelePrinterElement, answer: EventStream): void {
    this.#request = replaced.#request;
    this.#submission = replaced.#submission;
    this.#pendingKey = replaced.#pendingKey;
    void answer.result.then(replaced.#forms.enable);
    replaced.#typewriter?.detach();
    replaced.#stream = undefined;
    (this.#owner = replaced.#owner).element = this;
    this.#show(answer);
  }

  #openStream(src: string): void {
    const { body, query } = this.#submission ?? { body: parseBody(this.body), query: [] };
    const owner: Owner = { element: this };
    const answer = stream(withQuery(src, this.baseURI, query), {
      ...this.#options,
      ...streamOptions(this),
      ...(body !== null && { body }),
      ...eventCallbacks(owner),
    });
    this.#owner = owner;
    this.#show(answer);
  }

  #show(answer: EventStream): void {
    this.#stream = answer;
    this.#typewriter = undefined;
    this.#states.main = 'streaming';
    this.#slots.hasPlaceholder = true;
    this.#notice.beginRetry();
    void this.#type(answer, this.#slots.create('answer'));
  }

  async #type(answer: EventStream, container: HTMLElement): Promise<void> {
    // Plain text is typed without waiting for a promise.
    const markdown = this.markdown && (await loadMarkdownView(TelePrinterElement.loadMarkdown, this));
    if (this.#stream !== answer) return;
    const speed = Number(this.speed);
    this.#typewriter = typewriter(answer, container, {
      speed: speed > 0 ? speed : 'auto',
      view: (element) => {
        this.#slots.hasPlaceholder = false;
        this.#notice.remove();
        return (markdown || (this.view ?? text()))(element);
      },
      caret: this.caret,
      follow: this.follow,
      onEndInSight: (isInSight) => {
        this.#states.isEndInSight = isInSight;
        dispatch(this, 'endinsight', { isInSight });
      },
      announce: this.announce === 'off' ? 'off' : 'polite',
    });
    await this.#typewriter.finished.catch(() => {});
    const result = await answer.result;
    if (this.#stream === answer) this.#settle(result);
  }

  #settle({ outcome, error }: StreamResult): void {
    this.#forms.enable();
    this.#pendingKey = undefined;
    this.#slots.hasPlaceholder = false;
    this.#states.main = error ? 'failed' : 'done';
    if (error) this.#notice.show(outcome);
    else this.#notice.remove();
  }

  #submit(submission: Submission): void {
    if (this.#pendingKey === requestKey(this, this.#body) + submission.key) return;
    this.#submission = submission;
    this.start();
  }
}

defineProperties(TelePrinterElement.prototype);

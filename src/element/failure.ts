import type { Outcome } from '../contract/result.ts';
import type { Slots } from './slots.ts';

/** The notice that an answer failed, with a button that sends the request again. */
export class FailureNotice {
  readonly #host: HTMLElement;
  readonly #slots: Slots;
  readonly #retry: () => void;

  constructor(host: HTMLElement, slots: Slots, retry: () => void) {
    this.#host = host;
    this.#slots = slots;
    this.#retry = retry;
  }

  /** Shows the notice. One that is still shown, after a failed retry, is announced again and keeps the focus. */
  show(outcome: Outcome): void {
    const notice = this.#slots.get('failure');
    if (!notice) return this.#create().append(contentFor(this.#host, outcome));
    const focused = focusedIn(notice);
    for (const node of notice.childNodes) if (!node.contains(focused)) node.replaceWith(node.cloneNode(true));
    for (const control of controlsIn(notice)) control.removeAttribute('aria-disabled');
  }

  /** Call when a new request is sent. A notice with the focus stays until text arrives, with its retry button disabled. */
  beginRetry(): void {
    const notice = this.#slots.get('failure');
    if (!notice || !focusedIn(notice)) return this.#slots.remove('failure');
    for (const control of controlsIn(notice)) control.setAttribute('aria-disabled', 'true');
  }

  /** Removes the notice. If it had the focus, the answer gets the focus. */
  remove(): void {
    const notice = this.#slots.get('failure');
    const hadFocus = notice && focusedIn(notice);
    this.#slots.remove('failure');
    const answer = this.#slots.get('answer');
    if (!hadFocus || !answer) return;
    answer.tabIndex = -1;
    answer.focus({ preventScroll: true });
  }

  #create(): HTMLElement {
    const notice = this.#slots.create('failure');
    notice.setAttribute('data-teleprinter-failure', '');
    notice.setAttribute('role', 'alert');
    notice.addEventListener('click', ({ target }) => {
      const control = (target as Element).closest('[data-retry]');
      if (control && control.getAttribute('aria-disabled') !== 'true') this.#retry();
    });
    return notice;
  }
}

/** The element in the notice that has the focus, if any. */
function focusedIn(notice: HTMLElement): Element | null {
  const { activeElement } = notice.getRootNode() as Document | ShadowRoot;
  return notice.contains(activeElement) ? activeElement : null;
}

const controlsIn = (notice: HTMLElement): Iterable<Element> => notice.querySelectorAll('[data-retry]');

/** The content of the page's `data-failure` template, a child of the element; by default a sentence and a button. */
function contentFor(host: HTMLElement, outcome: Outcome): Node {
  const fragment = document.createDocumentFragment();
  const template = host.querySelector(':scope > [data-failure]');
  if (template) {
    // The HTML parser puts the nodes into the template's `content`; React and Vue append them to the template itself.
    const { content } = template as HTMLTemplateElement;
    const source = content?.hasChildNodes() ? content : template;
    fragment.append(...Array.from(source.childNodes, (node) => node.cloneNode(true)));
    return fragment;
  }
  const button = document.createElement('button');
  button.type = 'button';
  button.dataset.retry = '';
  button.textContent = 'Try again';
  fragment.append(outcome === 'truncated' ? 'The answer broke off. ' : 'The answer did not come. ', button);
  return fragment;
}

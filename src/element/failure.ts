import type { Outcome } from '../contract/result.ts';
import type { Stage } from './stage.ts';

/** The notice that an answer failed, which offers to ask again. */
export class FailureNotice {
  readonly #host: HTMLElement;
  readonly #stage: Stage;
  readonly #retry: () => void;

  constructor(host: HTMLElement, stage: Stage, retry: () => void) {
    this.#host = host;
    this.#stage = stage;
    this.#retry = retry;
  }

  /** Shows what happened. A notice that is there still keeps its focus, and is announced again. */
  show(outcome: Outcome): void {
    const notice = this.#stage.get('failure');
    if (!notice) return this.#make().append(contentFor(this.#host, outcome));
    const focused = focusedIn(notice);
    for (const node of notice.childNodes) if (!node.contains(focused)) node.replaceWith(node.cloneNode(true));
    for (const control of controlsIn(notice)) control.removeAttribute('aria-disabled');
  }

  /** A new answer is asked for. The button that did so keeps the focus until there is something to read. */
  beginRetry(): void {
    const notice = this.#stage.get('failure');
    if (!notice || !focusedIn(notice)) return this.#stage.remove('failure');
    for (const control of controlsIn(notice)) control.setAttribute('aria-disabled', 'true');
  }

  /** Takes the notice away; where it had the focus, the answer gets it. */
  remove(): void {
    const notice = this.#stage.get('failure');
    const hadFocus = notice && focusedIn(notice);
    this.#stage.remove('failure');
    const answer = this.#stage.get('answer');
    if (!hadFocus || !answer) return;
    answer.tabIndex = -1;
    answer.focus({ preventScroll: true });
  }

  #make(): HTMLElement {
    const notice = this.#stage.make('failure');
    notice.setAttribute('data-teleprinter-failure', '');
    notice.setAttribute('role', 'alert');
    notice.addEventListener('click', ({ target }) => {
      const control = (target as Element).closest('[data-retry]');
      if (control && control.getAttribute('aria-disabled') !== 'true') this.#retry();
    });
    return notice;
  }
}

/** The notice's element that has the focus. */
function focusedIn(notice: HTMLElement): Element | null {
  const { activeElement } = notice.getRootNode() as Document | ShadowRoot;
  return notice.contains(activeElement) ? activeElement : null;
}

const controlsIn = (notice: HTMLElement): Iterable<Element> => notice.querySelectorAll('[data-retry]');

/** The page's `data-failure` template among the element's children, or else a text and a button. */
function contentFor(host: HTMLElement, outcome: Outcome): Node {
  const fragment = document.createDocumentFragment();
  const template = host.querySelector(':scope > [data-failure]');
  if (template) {
    // A parser puts a template's nodes in its `content`; React and Vue make them its children.
    const { content } = template as HTMLTemplateElement;
    const from = content?.hasChildNodes() ? content : template;
    fragment.append(...Array.from(from.childNodes, (node) => node.cloneNode(true)));
    return fragment;
  }
  const button = document.createElement('button');
  button.type = 'button';
  button.dataset.retry = '';
  button.textContent = 'Try again';
  fragment.append(outcome === 'truncated' ? 'The answer broke off. ' : 'The answer did not come. ', button);
  return fragment;
}

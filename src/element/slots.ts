/** The shadow root of `<tele-printer>`: its slots, and the containers of the answer and of the failure notice. */
import { adoptStyles } from '../typewriter/styles.ts';
import { afterHydration, mayHydrate } from './hydration.ts';

/** Containers created so far, by any element: each has an ID of its own. */
let containerCount = 0;

/** The length of a frame, in milliseconds. */
const FRAME = 16;

/** A named slot. Its container has the same name as its `slot` and `part`. */
type SlotName = 'answer' | 'failure';

/**
 * The default slot shows the page's own children, which are the placeholder and are never changed. Two named slots show
 * the answer and the failure notice. Their containers are children of the element, so that the styles of the page apply
 * to them. Until a framework can no longer hydrate the page, they are inside their slots in the shadow root instead,
 * as hydration fails when it finds additional children.
 */
export class Slots {
  readonly #host: HTMLElement;
  readonly #root: ShadowRoot;
  readonly #placeholder = document.createElement('slot');
  readonly #slots = {} as Record<SlotName, HTMLSlotElement>;
  readonly #containers: Partial<Record<SlotName, HTMLElement>> = {};
  /** Whether containers are children of the element, not of the shadow root. */
  #isLight = false;
  /** Whether `#restore()` has changed something in this frame. */
  #hasRestored = false;

  constructor(host: HTMLElement, isCreatedByScript: boolean) {
    this.#host = host;
    this.#root = host.attachShadow({ mode: 'open' });
    this.#root.append(this.#placeholder);
    for (const name of ['answer', 'failure'] as const) {
      const slot = document.createElement('slot');
      slot.name = name;
      this.#slots[name] = slot;
      this.#root.append(slot);
    }
    if (isCreatedByScript || !mayHydrate()) this.#moveToLight();
    else afterHydration(() => this.#moveToLight());
  }

  /** The container of this slot, if there is one. */
  get(name: SlotName): HTMLElement | undefined {
    return this.#containers[name];
  }

  /** Shows or hides the children of the page. */
  set hasPlaceholder(isShown: boolean) {
    this.#placeholder.style.display = isShown ? '' : 'none';
  }

  /** Creates an empty container, in place of the current one. */
  create(name: SlotName): HTMLElement {
    this.remove(name);
    const container = document.createElement('div');
    container.slot = name;
    // Libraries that morph a page into another one match elements without an ID with the page's own.
    container.id = `teleprinter-${++containerCount}`;
    container.setAttribute('part', name);
    this.#containers[name] = container;
    this.#insert(container, name);
    return container;
  }

  remove(name: SlotName): void {
    const container = this.#containers[name];
    delete this.#containers[name];
    container?.remove();
    this.#removeCopies(name);
  }

  /** Call when the element is connected: its new root, possibly in another document, needs the styles of the containers. */
  connect(): void {
    for (const container of Object.values(this.#containers)) adoptStyles(container);
    if (this.hasCopies) this.hasPlaceholder = false;
  }

  /** Whether the element is a copy of one with an answer, complete or partial. */
  get hasCopies(): boolean {
    return this.#copies('answer').length > 0;
  }

  /** Whether the element is a copy of one with a finished answer that has not failed. */
  get hasFinishedCopy(): boolean {
    if (this.#copies('failure').length > 0) return false;
    return this.#copies('answer').some((copy) => copy.getAttribute('data-teleprinter') === 'finished');
  }

  /** The containers that were copied together with the element or the page, and are not its own. */
  #copies(name: SlotName): Element[] {
    const containers = this.#host.querySelectorAll(`:scope > [slot=${name}][id^=teleprinter-]`);
    return [...containers].filter((container) => container !== this.#containers[name]);
  }

  #removeCopies(name: SlotName): boolean {
    const copies = this.#copies(name);
    for (const copy of copies) copy.remove();
    return copies.length > 0;
  }

  #insert(container: HTMLElement, name: SlotName): void {
    // In the shadow root it is the fallback content of its slot, shown while no child of the element is assigned.
    (this.#isLight ? this.#host : this.#slots[name]).append(container);
  }

  /** Moves the containers from the shadow root to the children of the element, and keeps them there. */
  #moveToLight(): void {
    this.#isLight = true;
    const root: ShadowRoot & { getSelection?(): Selection | null } = this.#root;
    const { activeElement } = root;
    // Chrome reports a selection in a shadow root only there.
    const { anchorNode, anchorOffset, focusNode, focusOffset } =
      root.getSelection?.() ?? ({} as Partial<Selection>);
    for (const [name, container] of Object.entries(this.#containers)) {
      container.remove();
      // Chrome does not render fallback content at once that becomes an assigned node: this updates the empty slot first.
      this.#slots[name as SlotName].assignedNodes();
      this.#insert(container, name as SlotName);
      this.#removeCopies(name as SlotName);
    }
    this.connect();
    (activeElement as HTMLElement | null)?.focus({ preventScroll: true });
    // Moving the nodes has cleared what the user selected in them.
    if (this.#host.contains(anchorNode!) && this.#host.contains(focusNode!))
      getSelection()!.setBaseAndExtent(anchorNode!, anchorOffset!, focusNode!, focusOffset!);
    new MutationObserver(() => this.#restore()).observe(this.#host, { childList: true });
  }

  /**
   * Puts removed containers back, and removes copies. Both once in a frame: an extension that does the opposite each time
   * would freeze the page.
   */
  #restore(): void {
    if (this.#hasRestored) return;
    for (const [name, container] of Object.entries(this.#containers)) {
      // A framework that sets the text of the element removes all its children. In a wrapper it has no slot.
      const isRemoved = container.parentNode !== this.#host;
      if (isRemoved) this.#insert(container, name as SlotName);
      // In a saved page, the parser reads the copied answer after the start tag of the element.
      this.#hasRestored = this.#removeCopies(name as SlotName) || isRemoved || this.#hasRestored;
    }
    if (this.#hasRestored)
      setTimeout(() => {
        this.#hasRestored = false;
        this.#restore();
      }, FRAME);
  }
}

/** Shows lists of sources: link definitions that nothing refers to. */
import type { Definitions } from './definitions.ts';
import type { Definition } from './links.ts';
import { createLink, type LinkOptions } from './policy.ts';
import { createElement, isElement } from './elements.ts';

/** The places of link definitions in an answer. When the answer ends, unused definitions are shown there as sources. */
export class Sources {
  readonly #definitions: Definitions;
  readonly #policy: LinkOptions;
  readonly #root: HTMLElement;
  readonly #groups: { readonly definitions: Definition[]; readonly marker: Comment }[] = [];

  constructor(definitions: Definitions, policy: LinkOptions, root: HTMLElement) {
    this.#root = root;
    this.#definitions = definitions;
    this.#policy = policy;
  }

  /** Marks the place of definitions in the page with a comment. */
  add(definitions: readonly Definition[], parent: Node, before: Node | null): void {
    const last = this.#groups.at(-1);
    if (last && last.marker.parentNode === parent && last.marker.nextSibling === before) {
      last.definitions.push(...definitions);
      return;
    }
    const marker = document.createComment('');
    parent.insertBefore(marker, before);
    this.#groups.push({ definitions: [...definitions], marker });
  }

  end(): void {
    for (const { definitions, marker } of this.#groups) {
      const list = document.createElement('p');
      // A list item would be empty without them.
      const parent = marker.parentElement;
      const isAlone = parent?.localName === 'li' && !parent.textContent.trim();
      for (const definition of definitions) {
        if (!isAlone && this.#definitions.isUsed(definition)) continue;
        if (list.hasChildNodes()) list.append(createElement('br'));
        list.append(...this.#render(definition));
      }
      // Set last: the browser would search the whole list at each change.
      list.dir = 'auto';
      if (!list.hasChildNodes()) marker.remove();
      else if (this.#root.contains(marker)) marker.replaceWith(list);
      // Another script has removed the marker, or replaced it by a copy.
      else this.#root.append(list);
    }
  }

  #render({ label, href, title }: Definition): (Node | string)[] {
    const link = createLink(href, undefined, [document.createTextNode(title ?? href)], this.#policy);
    return [`[${label}] `, isElement(link) ? link : href];
  }
}

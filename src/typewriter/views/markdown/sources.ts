import type { Definitions } from './definitions.ts';
import type { Definition } from './links.ts';
import type { LinkPolicy } from './policy.ts';
import { linkURL } from './policy.ts';
import { element } from './elements.ts';

/** Where definitions stand in an answer. A list of sources that nothing refers to is shown when the answer has ended. */
export class Sources {
  readonly #definitions: Definitions;
  readonly #policy: LinkPolicy;
  readonly #groups: { readonly definitions: Definition[]; readonly place: Comment }[] = [];

  constructor(definitions: Definitions, policy: LinkPolicy) {
    this.#definitions = definitions;
    this.#policy = policy;
  }

  /** Remembers the place of definitions in the page. */
  add(definitions: readonly Definition[], before: Node): void {
    const last = this.#groups.at(-1);
    if (last && last.place.nextSibling === before) {
      last.definitions.push(...definitions);
      return;
    }
    const place = document.createComment('');
    before.parentNode?.insertBefore(place, before);
    this.#groups.push({ definitions: [...definitions], place });
  }

  end(): void {
    for (const { definitions, place } of this.#groups) {
      const list = document.createElement('p');
      for (const definition of definitions) {
        if (this.#definitions.isUsed(definition)) continue;
        if (list.hasChildNodes()) list.append(element('br'));
        list.append(...this.#render(definition));
      }
      // Only now: the browser would look through the whole list at each change.
      list.dir = 'auto';
      if (list.hasChildNodes()) place.replaceWith(list);
      else place.remove();
    }
  }

  #render({ label, href, title }: Definition): (Node | string)[] {
    const address = href;
    const url = linkURL(address, this.#policy);
    const link = url === undefined ? address : element('a', [title ?? address]);
    if (typeof link !== 'string') {
      link.setAttribute('href', url!);
      link.setAttribute('rel', 'noopener noreferrer nofollow');
    }
    return [`[${label}] `, link];
  }
}

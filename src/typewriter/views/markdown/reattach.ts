/** Puts blocks back that another script has removed from the page, or replaced by copies. */
import type { Block } from './block.ts';
import { Answer, type Container } from './containers.ts';

/**
 * Puts back the blocks of a stack, each into the nearest container before it. A copy that a script has made, as by writing
 * `innerHTML` again, makes room.
 *
 * @param next The node after the first block
 */
export function reattach(root: HTMLElement, [first, ...blocks]: readonly Block[], next?: ChildNode): void {
  let parent = first as Container;
  let following = next;
  for (const block of blocks) {
    const { place } = block;
    if (place && !root.contains(place)) {
      const box = parent instanceof Answer ? root.lastElementChild : parent.body;
      const before = following ? (following as Element).previousElementSibling : box?.lastElementChild;
      if (before?.nodeName === place.nodeName && before.textContent === place.textContent)
        before.replaceWith(place);
      else if (following) following.before(place);
      else parent.body.append(place);
      if (parent instanceof Answer) parent.section = place.parentElement!;
    }
    following = undefined;
    if (!block.isLeaf) parent = block as Container;
  }
}

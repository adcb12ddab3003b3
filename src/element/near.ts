/** Finds out when the reader is there to read: the page is open, and the element near. */
import { composedParent } from '../typewriter/composed.ts';

/** Whether the browser prerenders the page, which the reader may never open. https://wicg.github.io/nav-speculation/prerendering.html */
export function isPrerendered(): boolean {
  return (document as { readonly prerendering?: boolean }).prerendering === true;
}

/** Calls back when the reader opens a prerendered page. */
export function whenOpened(callback: () => void): void {
  document.addEventListener('prerenderingchange', callback, { once: true });
}

/**
 * Calls back once when an element is in the viewport, or less than 200 px away from it.
 *
 * @returns A function that stops observing
 */
export function whenNear(element: Element, callback: () => void): () => void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      callback();
    },
    { rootMargin: '200px' },
  );
  // An element without a box never intersects: its parent is observed instead.
  const hasBox = getComputedStyle(element).display !== 'contents';
  observer.observe((!hasBox && composedParent(element)) || element);
  return () => observer.disconnect();
}

import { composedParent } from '../typewriter/composed.ts';

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

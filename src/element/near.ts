import { composedParent } from '../typewriter/composed.ts';

/** Calls back once an element is near what the reader sees. Gives a function that gives up. */
export function whenNear(element: Element, callback: () => void): () => void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      callback();
    },
    { rootMargin: '200px' },
  );
  // An element that has no box is never near: what is around it is.
  const hasBox = getComputedStyle(element).display !== 'contents';
  observer.observe((!hasBox && composedParent(element)) || element);
  return () => observer.disconnect();
}

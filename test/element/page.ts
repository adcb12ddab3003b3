import { afterEach } from 'vitest';

const made: Element[] = [];
afterEach(() => {
  for (const element of made.splice(0)) element.remove();
});

/** Adds HTML to the page. It is removed after the test. */
export function page(html: string): HTMLElement {
  const box = document.createElement('div');
  box.innerHTML = html;
  document.body.append(box);
  made.push(box);
  return box;
}

/** Waits long enough to notice something that must not happen. */
export const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 80));

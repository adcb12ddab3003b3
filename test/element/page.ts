import { afterEach } from 'vitest';

const made: Element[] = [];
afterEach(() => {
  for (const element of made.splice(0)) element.remove();
});

/** Puts some HTML in the page, until the test is over. */
export function page(html: string): HTMLElement {
  const box = document.createElement('div');
  box.innerHTML = html;
  document.body.append(box);
  made.push(box);
  return box;
}

/** Waits long enough for something that should not happen. */
export const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 80));

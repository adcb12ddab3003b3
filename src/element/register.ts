import { TelePrinterElement } from './element.ts';
import type { LoadMarkdown } from './markdown.ts';

/**
 * Registers `<tele-printer>`. Does nothing where there is no DOM.
 *
 * @param loadMarkdown Gives the module of the markdown view, when an element first asks for it. Without it `markdown`
 *   shows text, and warns.
 */
export function register(loadMarkdown?: LoadMarkdown): void {
  if (!globalThis.customElements) return;
  // A page may load two copies: the first one stays, and shows markdown as soon as one of them can.
  const registered = customElements.get('tele-printer') as typeof TelePrinterElement | undefined;
  (registered ?? TelePrinterElement).loadMarkdown ??= loadMarkdown;
  if (!registered) customElements.define('tele-printer', TelePrinterElement);
}

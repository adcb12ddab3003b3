import { TelePrinterElement } from './element.ts';
import type { LoadMarkdown } from './markdown.ts';

/**
 * Registers `<tele-printer>`. Does nothing without a DOM.
 *
 * @param loadMarkdown Loads the markdown view when an element first needs it. Without it, elements with `markdown` show
 *   plain text and log a warning
 */
export function register(loadMarkdown?: LoadMarkdown): void {
  if (!globalThis.customElements) return;
  // A page may load two copies of the library: the first one stays, and uses the markdown view of whichever has one.
  const registered = customElements.get('tele-printer') as typeof TelePrinterElement | undefined;
  (registered ?? TelePrinterElement).loadMarkdown ??= loadMarkdown;
  if (!registered) customElements.define('tele-printer', TelePrinterElement);
}

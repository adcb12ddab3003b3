import { TelePrinterElement } from './element.ts';

/** Registers `<tele-printer>`. @param loadMarkdown Loads what shows markdown, once an element asks for it. */
export function register(loadMarkdown: NonNullable<typeof TelePrinterElement.loadMarkdown>): void {
  TelePrinterElement.loadMarkdown ??= loadMarkdown;
  // A page may load two copies; the first one stays.
  if (!customElements.get('tele-printer')) customElements.define('tele-printer', TelePrinterElement);
}

import { TelePrinterElement } from './element.ts';

export { TelePrinterElement, type TelePrinterEventMap } from './element.ts';

declare global {
  interface HTMLElementTagNameMap {
    'tele-printer': TelePrinterElement;
  }
}

// A page may load two copies; the first one stays.
if (!customElements.get('tele-printer')) customElements.define('tele-printer', TelePrinterElement);

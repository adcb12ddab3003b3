import type { TelePrinterElement } from './element.ts';
import { register } from './register.ts';

export { TelePrinterElement, type TelePrinterEventMap } from './element.ts';

declare global {
  interface HTMLElementTagNameMap {
    'tele-printer': TelePrinterElement;
  }
}

register(() => import('./typewriter/views/markdown/index.ts'));

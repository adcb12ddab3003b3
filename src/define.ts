import type { TelePrinterElement } from './element.ts';
import { register } from './register.ts';

export { TelePrinterElement, type TelePrinterEventMap } from './element.ts';
export type { TelePrinterIntrinsic, TelePrinterProps } from './frameworks.ts';

declare global {
  interface HTMLElementTagNameMap {
    'tele-printer': TelePrinterElement;
  }
}

register(() => import('./typewriter/views/markdown/index.ts'));

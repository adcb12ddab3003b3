/** `teleprinter/element`: defines `<tele-printer>`. Markdown is loaded when an element needs it. */
import type { TelePrinterElement } from './element/element.ts';
import { register } from './element/register.ts';

export { TelePrinterElement } from './element/element.ts';
export type { TelePrinterEventMap } from './element/events.ts';
export type { TelePrinterIntrinsic, TelePrinterProps } from './element/frameworks.ts';

declare global {
  interface HTMLElementTagNameMap {
    'tele-printer': TelePrinterElement;
  }
}

register(() => import('./typewriter/views/markdown/index.ts'));

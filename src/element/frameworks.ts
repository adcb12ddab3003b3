import type { Body } from '../contract/options.ts';
import type { TelePrinterElement } from './element.ts';
import type { TelePrinterEventMap } from './events.ts';

/**
 * The type of `<tele-printer>` in JSX. For React, Vue and Svelte it is declared, together with the attributes of every
 * element, by importing `teleprinter/react`, `teleprinter/vue` or `teleprinter/svelte`;
 * `import type {} from 'teleprinter/react'` is enough. In other frameworks, extend their own interface by it.
 *
 * @example
 * // Solid
 * import type {} from 'solid-js';
 * import type { TelePrinterIntrinsic } from 'teleprinter/element';
 * declare module 'solid-js' {
 *   namespace JSX { interface IntrinsicElements extends TelePrinterIntrinsic {} }
 * }
 */
export interface TelePrinterIntrinsic {
  'tele-printer': TelePrinterProps;
}

type Undefinable<T> = { readonly [K in keyof T]?: T[K] | undefined };

/**
 * The props of `<tele-printer>`: its attributes, properties, and event handlers as React and Svelte name them.
 *
 * @example
 * import type { TelePrinterProps } from 'teleprinter/element';
 * const props: TelePrinterProps = { src: '/api/chat', body: { prompt: 'tea' }, end: 'end', markdown: true };
 */
export interface TelePrinterProps extends Undefinable<
  Pick<TelePrinterElement, 'answered' | 'follow' | 'markdown' | 'markdownOptions' | 'options' | 'view'>
> {
  readonly src?: string | undefined;
  readonly method?: string | undefined;
  readonly body?: Body | undefined;
  readonly headers?: string | Readonly<Record<string, string>> | undefined;
  readonly format?: string | undefined;
  readonly credentials?: RequestCredentials | undefined;
  readonly end?: string | undefined;
  readonly speed?: number | string | undefined;
  readonly caret?: boolean | 'true' | 'false' | undefined;
  readonly announce?: 'polite' | 'off' | undefined;
  readonly autostart?: boolean | 'true' | 'false' | undefined;
  readonly links?: string | undefined;
  readonly images?: string | undefined;
  readonly loading?: 'eager' | 'lazy' | undefined;
  readonly for?: string | undefined;
  readonly id?: string | undefined;
  readonly class?: string | undefined;
  readonly className?: string | undefined;
  readonly style?: unknown;
  readonly slot?: string | undefined;
  readonly children?: unknown;
  readonly ref?: unknown;
  readonly key?: unknown;
  readonly onopen?: ((event: TelePrinterEventMap['open']) => void) | undefined;
  readonly ontext?: ((event: TelePrinterEventMap['text']) => void) | undefined;
  readonly onend?: ((event: TelePrinterEventMap['end']) => void) | undefined;
  readonly onendinsight?: ((event: TelePrinterEventMap['endinsight']) => void) | undefined;
  readonly onerror?: ((event: TelePrinterEventMap['error']) => void) | undefined;
}

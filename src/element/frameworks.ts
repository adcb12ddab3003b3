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
  /** The URL of the stream. When it changes, the element asks again; without it, it asks nothing. */
  readonly src?: string | undefined;
  /** The HTTP method. @default 'GET', and 'POST' with a body */
  readonly method?: string | undefined;
  /** The request body; it makes the method POST. A plain object or array is sent as JSON. */
  readonly body?: Body | undefined;
  /** Request headers, as an object or as JSON. */
  readonly headers?: string | Readonly<Record<string, string>> | undefined;
  /** The name of the wire format of the answer. @default 'auto' */
  readonly format?: string | undefined;
  /** Whether cookies are sent. @default 'same-origin' */
  readonly credentials?: RequestCredentials | undefined;
  /** The name of the event that ends the answer. If it is set, an answer without it is `truncated`. */
  readonly end?: string | undefined;
  /** Graphemes per second, above 0. By default the text keeps pace with the stream. */
  readonly speed?: number | string | undefined;
  /** Whether a caret is shown after the last letter. @default true */
  readonly caret?: boolean | 'true' | 'false' | undefined;
  /** `'off'`: screen readers are told nothing. @default 'polite' */
  readonly announce?: 'polite' | 'off' | undefined;
  /** Whether the request is sent when the element is connected. @default true */
  readonly autostart?: boolean | 'true' | 'false' | undefined;
  /** The protocols that links in markdown may have, as a list or with spaces between. @default 'http: https: mailto:' */
  readonly links?: string | readonly string[] | undefined;
  /** The origins that images in markdown may come from, as a list or with spaces between. @default none */
  readonly images?: string | readonly string[] | undefined;
  /** `'lazy'` delays the request until the element is near the viewport. @default 'eager' */
  readonly loading?: 'eager' | 'lazy' | undefined;
  /** The ID of a form, whose fields are sent when it is submitted. */
  readonly for?: string | undefined;
  readonly id?: string | undefined;
  readonly class?: string | undefined;
  readonly className?: string | undefined;
  readonly style?: unknown;
  readonly slot?: string | undefined;
  readonly children?: unknown;
  readonly ref?: unknown;
  readonly key?: unknown;
  /** A connection opened. */
  readonly onopen?: ((event: TelePrinterEventMap['open']) => void) | undefined;
  /** Text arrived: `detail` has the new `delta`, and the whole `text`. */
  readonly ontext?: ((event: TelePrinterEventMap['text']) => void) | undefined;
  /** The stream ended, with any outcome: `detail` is its result. */
  readonly onend?: ((event: TelePrinterEventMap['end']) => void) | undefined;
  /** With `follow`: the end of the answer came in sight, or went out of it. */
  readonly onendinsight?: ((event: TelePrinterEventMap['endinsight']) => void) | undefined;
  /** The stream ended with the outcome `truncated` or `failed`: `detail` is the error. */
  readonly onerror?: ((event: TelePrinterEventMap['error']) => void) | undefined;
}

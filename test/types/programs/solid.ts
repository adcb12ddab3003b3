/** Solid, as the doc comment of `TelePrinterIntrinsic` says. */
import type { TelePrinterIntrinsic } from 'teleprinter/element';
import type { JSX } from 'solid-js';

declare module 'solid-js' {
  namespace JSX {
    interface IntrinsicElements extends TelePrinterIntrinsic {}
  }
}

export const props: JSX.IntrinsicElements['tele-printer'] = { src: '/api/chat', markdown: true };
// @ts-expect-error A URL is a string.
export const wrong: JSX.IntrinsicElements['tele-printer'] = { src: 1 };

import type * as markdown from './typewriter/views/markdown/index.ts';
import { register } from './element/register.ts';

export * from './index.ts';
export { TelePrinterElement } from './element/element.ts';

/** Where this script is: the part for markdown is beside it. */
const { src } = (document.currentScript ?? {}) as HTMLScriptElement;
register(
  () => import(new URL('teleprinter.markdown.js', src || location.href).href) as Promise<typeof markdown>,
);

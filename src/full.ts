/** The complete file for a script tag: everything in `teleprinter`, `<tele-printer>`, and markdown. */
import { register } from './element/register.ts';
import * as markdownView from './markdown.ts';

export * from './index.ts';
export * from './markdown.ts';
export { TelePrinterElement } from './element/element.ts';

register(async () => markdownView);

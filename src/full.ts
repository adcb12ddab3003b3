import { register } from './element/register.ts';
import * as markdownView from './markdown.ts';

/** The file for a script tag that has everything: `<tele-printer>`, with markdown. */
export * from './index.ts';
export * from './markdown.ts';
export { TelePrinterElement } from './element/element.ts';

register(async () => markdownView);

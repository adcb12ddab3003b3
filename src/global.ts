import { register } from './element/register.ts';

/** The small file for a script tag: `<tele-printer>`, without markdown. */
export * from './index.ts';
export { TelePrinterElement } from './element/element.ts';

// No script loads another one: the page chooses the file.
register();

/** The small file for a script tag: everything in `teleprinter`, and `<tele-printer>` without markdown. */
import { register } from './element/register.ts';

export * from './index.ts';
export { TelePrinterElement } from './element/element.ts';

// Without a markdown loader: a script file never loads another one.
register();

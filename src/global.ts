import { register } from './element/register.ts';
import { text } from './typewriter/views/text.ts';

/** The small file for a script tag: `<tele-printer>`, without markdown. */
export * from './index.ts';
export { TelePrinterElement } from './element/element.ts';

let hasWarned = false;

/** What stands in for the markdown view. No script loads another one, so the page has to choose the file. */
register(async () => {
  if (!hasWarned) {
    console.warn(
      '<tele-printer markdown> shows text: teleprinter.global.js has no markdown. Use teleprinter.full.js instead.',
    );
  }
  hasWarned = true;
  return { markdown: text };
});

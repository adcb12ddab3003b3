/** `teleprinter/typewriter`: types text into an element, from any source. */
export { text } from './typewriter/views/text.ts';
export type { Typewriter, TypewriterOptions } from './typewriter/options.ts';
export type { TypewriterSource } from './typewriter/source.ts';
export { typewriter } from './typewriter/typewriter.ts';
export type { SpokenWords, View } from './typewriter/views/view.ts';

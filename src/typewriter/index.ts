export { text } from './views/text.ts';
export { typewriter, type Typewriter, type TypewriterOptions, type TypewriterSource } from './typewriter.ts';
export type { View } from './views/view.ts';

export { text } from './typewriter/views/text.ts';
export {
  typewriter,
  type Typewriter,
  type TypewriterOptions,
  type TypewriterSource,
} from './typewriter/typewriter.ts';
export type { View } from './typewriter/views/view.ts';

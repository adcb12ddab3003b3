/** `teleprinter/vue`: a composable, a component and a directive for Vue 3.5. */
export {
  Typewriter,
  useStream,
  vTypewriter,
  type TypewriterProps,
  type UseStream,
} from './frameworks/vue.ts';
export type { BindingOptions, EventLike, StreamControls, TypingOptions } from './frameworks/options.ts';
export type { TypingTarget } from './frameworks/typing.ts';

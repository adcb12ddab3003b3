/** `teleprinter/vue`: a composable, a component and a directive for Vue 3.5. */
export {
  Typewriter,
  useConversation,
  useStream,
  vTypewriter,
  type TypewriterProps,
  type UseConversation,
  type UseStream,
} from './frameworks/vue.ts';
export type { BindingOptions, EventLike, StreamControls, TypingOptions } from './frameworks/options.ts';
export type { TypingTarget } from './frameworks/typing.ts';
export type { ConversationInput } from './frameworks/conversation.ts';

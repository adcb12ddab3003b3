/** `teleprinter/react`: a hook and a component for React 18.3 and 19. */
export {
  Typewriter,
  useConversation,
  useStream,
  type SelectOption,
  type TypewriterProps,
  type UseStream,
  type UseStreamSelection,
} from './frameworks/react.ts';
export type { BindingOptions, EventLike, StreamControls, TypingOptions } from './frameworks/options.ts';
export type { ConversationInput } from './frameworks/conversation.ts';

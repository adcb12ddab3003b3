/** `teleprinter/svelte`: a stream and an action for Svelte 5. */
export { typewriter, useConversation, useStream, type UseStream } from './frameworks/svelte.ts';
export type { BindingOptions, EventLike, StreamControls, TypingOptions } from './frameworks/options.ts';
export type { TypingTarget } from './frameworks/typing.ts';
export type { ConversationInput } from './frameworks/conversation.ts';

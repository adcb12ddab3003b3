/** `teleprinter/svelte`: a stream and an action for Svelte 5. */
export { typewriter, useConversation, useStream, type UseStream } from './frameworks/svelte.ts';
export type { BindingOptions, EventLike, StreamControls, TypingOptions } from './frameworks/options.ts';
export type { TypingTarget } from './frameworks/typing.ts';
export type { ConversationInput } from './frameworks/conversation.ts';

import type { HTMLAttributes } from 'svelte/elements';
import type { TelePrinterElement } from './element/element.ts';
import type { TelePrinterEventMap } from './element/events.ts';
import type { TelePrinterProps } from './element/frameworks.ts';

/** The event directives of Svelte before version 5: `on:end` rather than `onend`. */
type Directives = {
  readonly [Type in keyof TelePrinterEventMap as `on:${Type}`]?:
    | ((event: TelePrinterEventMap[Type]) => void)
    | undefined;
};
type PropsOfSvelte = 'children' | 'class' | 'className' | 'key' | 'ref' | 'style';
type Events = `on${keyof TelePrinterEventMap}`;

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'tele-printer': Omit<TelePrinterProps, PropsOfSvelte> &
      Omit<HTMLAttributes<TelePrinterElement>, Events | keyof Directives> &
      Directives;
  }
}

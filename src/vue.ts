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

import type { HTMLAttributes, PublicProps } from 'vue';
import type { TelePrinterElement } from './element/element.ts';
import type { TelePrinterEventMap } from './element/events.ts';
import type { TelePrinterProps } from './element/frameworks.ts';

/** The listeners that `@end` and the like in a template become. */
type Listeners = {
  readonly [Type in keyof TelePrinterEventMap as `on${Capitalize<Type>}`]?:
    | ((event: TelePrinterEventMap[Type]) => void)
    | undefined;
};
type PropsOfVue =
  | 'children'
  | 'class'
  | 'className'
  | 'key'
  | 'ref'
  | 'style'
  | `on${keyof TelePrinterEventMap}`;

declare module 'vue' {
  interface GlobalComponents {
    /** https://vuejs.org/guide/extras/web-components.html#non-vue-web-components-and-typescript */
    'tele-printer': new () => TelePrinterElement & {
      /** @deprecated For templates only. */
      readonly $props: Omit<TelePrinterProps, PropsOfVue> &
        Omit<HTMLAttributes, keyof Listeners> &
        Listeners &
        PublicProps;
    };
  }
}

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

import type { ClassAttributes, HTMLAttributes } from 'react';
import type { TelePrinterElement } from './element/element.ts';
import type { TelePrinterProps } from './element/frameworks.ts';

// React listens to the events of a custom element only by their exact names, such as `onerror`.
type ReactTelePrinter = Omit<TelePrinterProps, 'children' | 'key' | 'ref' | 'style'> &
  Omit<HTMLAttributes<TelePrinterElement>, 'onError'> &
  ClassAttributes<TelePrinterElement>;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'tele-printer': ReactTelePrinter;
    }
  }
}

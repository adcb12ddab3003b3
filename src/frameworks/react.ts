/** The binding for React 18 and later: `useStream`, `useConversation`, `<Typewriter>`. */
import {
  createElement,
  forwardRef,
  useEffect,
  useImperativeHandle,
  useInsertionEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type ComponentPropsWithoutRef,
  type ForwardedRef,
  type JSX,
  type ReactElement,
  type RefAttributes,
} from 'react';
import type { Conversation, ConversationSnapshot } from '../contract/conversation.ts';
import type { EventNames } from '../contract/events.ts';
import type { EventStream } from '../contract/event-stream.ts';
import type { StreamInput } from '../contract/options.ts';
import type { Snapshot } from '../contract/result.ts';
import { conversationFor, type ConversationInput } from './conversation.ts';
import type { BindingOptions, StreamControls, TypingOptions } from './options.ts';
import { createSelector, type Select } from './selection.ts';
import { StreamStore, type UseStreamArguments } from './stream-store.ts';
import { typingIn, type MaybeSource } from './typing.ts';

/**
 * What `useStream` returns: the snapshot, the stream, and its controls. `start` and `stop` are the same functions in each
 * render.
 *
 * @example
 * ```tsx
 * import { useStream, type UseStream } from 'teleprinter/react';
 *
 * const Status = ({ state, outcome }: UseStream) => <p role="status">{outcome ?? state}</p>;
 *
 * export function Chat() {
 *   return <Status {...useStream('/api/chat', { end: 'end' })} />;
 * }
 * ```
 */
export interface UseStream<E extends EventNames = EventNames, T = unknown>
  extends Snapshot, StreamControls<E, T> {
  /** The stream of the last `start()`: for `<Typewriter source={stream}>`, or to listen to its events. */
  readonly stream: EventStream<E, T> | undefined;
}

/**
 * What `useStream` returns with the option `select`.
 *
 * @example
 * ```tsx
 * import { useStream, type UseStreamSelection } from 'teleprinter/react';
 *
 * export function Words() {
 *   const select = ({ text }: { text: string }) => text.split(' ').length;
 *   const { selected, start }: UseStreamSelection<number> = useStream('/api/chat', { select });
 *   return <button onClick={start}>{selected} words</button>;
 * }
 * ```
 */
export interface UseStreamSelection<S, E extends EventNames = EventNames, T = unknown> extends StreamControls<
  E,
  T
> {
  /** The value that `select` returned for the snapshot. */
  readonly selected: S;
  /** The stream of the last `start()`. */
  readonly stream: EventStream<E, T> | undefined;
}

/**
 * The option that makes a component render less often.
 *
 * @example
 * ```tsx
 * import { useStream, type SelectOption } from 'teleprinter/react';
 *
 * const busy: SelectOption<boolean> = { select: ({ state }) => state === 'connecting' || state === 'open' };
 *
 * export function AskButton() {
 *   const { selected: isBusy, start } = useStream('/api/chat', busy);
 *   return <button onClick={start} disabled={isBusy}>Ask</button>;
 * }
 * ```
 */
export interface SelectOption<S> {
  /**
   * Selects from the snapshot what the component shows. The component renders only when the selected value changes;
   * objects and arrays are compared shallowly.
   */
  readonly select: Select<S>;
}

/**
 * A stream that belongs to a component: `start` sends the request, unmounting closes the stream. StrictMode sends one
 * request. A hidden `<Activity>`, a suspended boundary and a hot reload do not close the stream. On the server it is
 * idle. Callbacks among the options may change with each render.
 *
 * @param input The URL or request of `start()`, unless that is given another.
 * @param options Those of `stream()`, and `throttle`, `select`, `client`. `start()` uses the options of the last render.
 * @example
 * ```tsx
 * import { Typewriter, useStream } from 'teleprinter/react';
 *
 * export function Chat({ prompt }: { prompt: string }) {
 *   const { stream, outcome, start, stop } = useStream('/api/chat', { body: { prompt }, end: 'end' });
 *   return (
 *     <>
 *       <button onClick={start}>Ask</button>
 *       <button onClick={stop}>Stop</button>
 *       <Typewriter source={stream} />
 *       <p role="status">{outcome}</p>
 *     </>
 *   );
 * }
 * ```
 */
export function useStream<const E extends EventNames = readonly string[], S = unknown>(
  input: StreamInput | undefined,
  options: BindingOptions<E, string> & SelectOption<S> & { readonly decode: 'text' },
): UseStreamSelection<S, E, string>;
export function useStream<const E extends EventNames = readonly string[], T = unknown, S = unknown>(
  input: StreamInput | undefined,
  options: BindingOptions<E, T> & SelectOption<S>,
): UseStreamSelection<S, E, T>;
export function useStream<const E extends EventNames = readonly string[]>(
  input: StreamInput | undefined,
  options: BindingOptions<E, string> & { readonly decode: 'text' },
): UseStream<E, string>;
export function useStream<const E extends EventNames = readonly string[], T = unknown>(
  input?: StreamInput,
  options?: BindingOptions<E, T>,
): UseStream<E, T>;
export function useStream(
  input?: StreamInput,
  options?: BindingOptions & Partial<SelectOption<unknown>>,
): object {
  const [{ store, latest, selector }] = useState(() => {
    const latest: UseStreamArguments = { input, options };
    return { latest, store: new StreamStore(latest), selector: createSelector() };
  });
  // Not useEffect: its cleanup also runs when a component is only hidden, and twice in StrictMode.
  // https://react.dev/reference/react/useInsertionEffect
  useInsertionEffect(() => void Object.assign(latest, { input, options }));
  useInsertionEffect(store.mount, []);
  const select = options?.select;
  const getValue = select ? () => selector(store.getSnapshot(), select) : store.getSnapshot;
  const value = useSyncExternalStore(store.subscribe, getValue, getValue);
  const stream = useSyncExternalStore(store.subscribe, store.getStream, store.getStream);
  const content = select ? { selected: value } : (value as Snapshot);
  return { ...content, stream, start: store.start, stop: store.stop };
}

/**
 * A conversation: its snapshot and its methods. Given options, it belongs to the component: unmounting stops the answer
 * that is arriving and drops the queue. Each request uses the options of the last render; `id`, `initial`, `resume`,
 * `resumeKey`, `whenBusy`, `maxRounds` and `throttle` are read only once. Given a conversation of `createConversation()`,
 * which components may share, it only subscribes.
 *
 * @throws OptionsError as `createConversation()`
 * @example
 * ```tsx
 * import { openaiMessages } from 'teleprinter/conversation';
 * import { useConversation } from 'teleprinter/react';
 *
 * export function Chat() {
 *   const { messages, send } = useConversation({ input: '/api/chat', request: openaiMessages() });
 *   return (
 *     <form action={(form) => void send(String(form.get('question')))}>
 *       {messages.map(({ id, parts }) => (
 *         <p key={id}>{parts.map((part) => (part.type === 'text' ? part.text : null))}</p>
 *       ))}
 *       <input name="question" aria-label="Question" required />
 *     </form>
 *   );
 * }
 * ```
 */
export function useConversation<Metadata = unknown>(
  input: ConversationInput<Metadata>,
): Conversation<Metadata> & ConversationSnapshot<Metadata> {
  const [{ latest, own }] = useState(() => {
    const latest = { input };
    return { latest, own: conversationFor(() => latest.input) };
  });
  const conversation = 'getSnapshot' in input ? input : own.conversation;
  // Not useEffect, as in `useStream`: a component that is only hidden, or mounted twice, keeps its answer.
  useInsertionEffect(() => {
    latest.input = input;
    own.mount();
    return own.dispose;
  });
  const { subscribe, getSnapshot } = conversation;
  const snapshot = useSyncExternalStore(subscribe, getSnapshot, getSnapshot);
  return { ...conversation, ...snapshot };
}

type Tag = keyof HTMLElementTagNameMap & keyof JSX.IntrinsicElements;
type OwnProps = TypingOptions & {
  /** The source to type, such as the `stream` of `useStream`. Without one, the element is empty. */
  readonly source: MaybeSource;
};

/**
 * The props of `<Typewriter>`: the options of the typewriter, and all props of the element except children.
 *
 * @example
 * ```tsx
 * import { Typewriter, type TypewriterProps } from 'teleprinter/react';
 *
 * export const Answer = (props: TypewriterProps<'section'>) => <Typewriter as="section" follow {...props} />;
 * ```
 */
export type TypewriterProps<As extends Tag = 'div'> = OwnProps & {
  /** The element. @default 'div' */
  readonly as?: As | undefined;
} & Omit<ComponentPropsWithoutRef<As>, keyof OwnProps | 'as' | 'children' | 'dangerouslySetInnerHTML'> &
  RefAttributes<HTMLElementTagNameMap[As]>;

/**
 * An element into which a source is typed, without rendering the component again. Options are read when a source starts;
 * a new `key` starts it again. Unmounting does not close the source: `stop()` and unmounting the component of `useStream`
 * do. The server renders an empty element.
 *
 * @example
 * ```tsx
 * import { markdown } from 'teleprinter/markdown';
 * import { Typewriter, useStream } from 'teleprinter/react';
 *
 * export function Chat() {
 *   const { stream, start } = useStream('/api/chat', { end: 'end' });
 *   return (
 *     <>
 *       <button onClick={start}>Ask</button>
 *       <Typewriter source={stream} view={markdown()} as="section" className="answer" />
 *     </>
 *   );
 * }
 * ```
 */
export const Typewriter: <As extends Tag = 'div'>(props: TypewriterProps<As>) => ReactElement = forwardRef(
  function Typewriter(
    { source, as = 'div', ...rest }: OwnProps & { readonly as?: string },
    ref: ForwardedRef<HTMLElement>,
  ): ReactElement {
    const element = useRef<HTMLElement>(null);
    const options: Record<string, unknown> = {};
    const props: Record<string, unknown> = { ref: element };
    for (const [name, value] of Object.entries(rest)) (OPTION.test(name) ? options : props)[name] = value;
    useImperativeHandle(ref, () => element.current!, [as]);
    useEffect(() => {
      const typing = typingIn(element.current!);
      typing.type(source, options);
      return typing.detach;
      // Not a dependency: most options are new objects in each render. A source keeps those it started with.
    }, [source, as]);
    return createElement(as, props);
  },
) as never;

/** The props that are options of the typewriter. All others are props of the element. */
const OPTION = /^(speed|lag|view|reducedMotion|caret|follow|onEndInSight|announce|signal|onStart)$/;

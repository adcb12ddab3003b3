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
import { conversationOf, type ConversationInput } from './conversation.ts';
import type { BindingOptions, StreamControls, TypingOptions } from './options.ts';
import { createSelection, type Select } from './selection.ts';
import { StreamStore, type Given } from './stream-store.ts';
import { typingIn, type MaybeSource } from './typing.ts';

/**
 * What `useStream` returns: the snapshot, the stream, and what starts and stops it. `start` and `stop` stay the same.
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
  /** The stream of the last start: for `<Typewriter source={stream}>`, or to listen to its events. */
  readonly stream: EventStream<E, T> | undefined;
}

/**
 * What `useStream` returns where there is a `select`.
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
  /** What `select` has made of the snapshot. */
  readonly selected: S;
  /** The stream of the last start. */
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
   * Picks from the snapshot what the component shows: it renders only where that has changed. Objects and arrays are
   * compared by what is directly in them.
   */
  readonly select: Select<S>;
}

/**
 * A stream that belongs to a component. `start` asks; unmounting closes. StrictMode sends one request, a hidden
 * `<Activity>`, a suspended boundary and a hot reload leave the stream alone, and on the server there is an idle one.
 * Callbacks among the options may change with each render.
 *
 * @param input What `start` asks, unless it is given something else.
 * @param options Those of `stream()`, and `throttle`, `select`, `client`. `start` takes those of the last render.
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
  const [{ store, latest, selection }] = useState(() => {
    const given: Given = { input, options };
    return { latest: given, store: new StreamStore(given), selection: createSelection() };
  });
  // Not useEffect: its cleanup also runs where a component is only hidden, and twice in StrictMode.
  // https://react.dev/reference/react/useInsertionEffect
  useInsertionEffect(() => void Object.assign(latest, { input, options }));
  useInsertionEffect(store.mount, []);
  const select = options?.select;
  const getValue = select ? () => selection(store.getSnapshot(), select) : store.getSnapshot;
  const value = useSyncExternalStore(store.subscribe, getValue, getValue);
  const stream = useSyncExternalStore(store.subscribe, store.getStream, store.getStream);
  const content = select ? { selected: value } : (value as Snapshot);
  return { ...content, stream, start: store.start, stop: store.stop };
}

/**
 * A conversation: its snapshot, and what it does. Given options, it belongs to the component: unmounting stops the answer
 * that is arriving and drops what waits. Each question is asked with the options of the last render; `id`, `initial`, `resume`,
 * `resumeKey`, `whenBusy`, `maxRounds` and `throttle` count once. Given a conversation of `createConversation()`, which
 * components may share, it only listens.
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
  given: ConversationInput<Metadata>,
): Conversation<Metadata> & ConversationSnapshot<Metadata> {
  const [{ latest, held }] = useState(() => {
    const latest = { given };
    return { latest, held: conversationOf(() => latest.given) };
  });
  const conversation = 'getSnapshot' in given ? given : held.conversation;
  // As in `useStream`: a component that is only hidden, or mounted twice, keeps its answer.
  useInsertionEffect(() => {
    latest.given = given;
    held.revive();
    return held.dispose;
  });
  const { subscribe, getSnapshot } = conversation;
  const snapshot = useSyncExternalStore(subscribe, getSnapshot, getSnapshot);
  return { ...conversation, ...snapshot };
}

type Tag = keyof HTMLElementTagNameMap & keyof JSX.IntrinsicElements;
type OwnProps = TypingOptions & {
  /** What is typed, as the `stream` of `useStream`; nothing leaves the element empty. A new source starts anew. */
  readonly source: MaybeSource;
};

/**
 * The props of `<Typewriter>`: the options of the typewriter, and all of the element's but children.
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
 * An element into which a source is typed, without a render for it. Options count from the start of a source; a `key`
 * that changes begins again. It closes no source: `stop()` and unmounting the component of `useStream` do. The server
 * renders it empty.
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
    { source, as = 'div', ...given }: OwnProps & { readonly as?: string },
    ref: ForwardedRef<HTMLElement>,
  ): ReactElement {
    const element = useRef<HTMLElement>(null);
    const options: Record<string, unknown> = {};
    const props: Record<string, unknown> = { ref: element };
    for (const [name, value] of Object.entries(given)) (OPTION.test(name) ? options : props)[name] = value;
    useImperativeHandle(ref, () => element.current!, [as]);
    useEffect(() => {
      const typing = typingIn(element.current!);
      typing.type(source, options);
      return typing.leave;
      // The options are those of the render that brought the source: most are new objects in each render.
    }, [source, as]);
    return createElement(as, props);
  },
) as never;

/** The names of the options of a typewriter: the other props are attributes. */
const OPTION = /^(speed|lag|view|reducedMotion|caret|follow|onEndInSight|announce|signal|onStart)$/;

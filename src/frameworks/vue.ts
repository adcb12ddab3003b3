import {
  computed,
  defineComponent,
  getCurrentScope,
  h,
  markRaw,
  onScopeDispose,
  shallowReadonly,
  shallowRef,
  toValue,
  watch,
  type ComputedRef,
  type DefineSetupFnComponent,
  type MaybeRefOrGetter,
  type ObjectDirective,
  type ShallowRef,
} from 'vue';
import type { Conversation, ConversationSnapshot } from '../contract/conversation.ts';
import type { EventNames } from '../contract/events.ts';
import type { EventStream } from '../contract/event-stream.ts';
import type { StreamInput } from '../contract/options.ts';
import type { Snapshot } from '../contract/result.ts';
import { conversationOf, FIELDS, type ConversationInput } from './conversation.ts';
import type { BindingOptions, StreamControls, TypingOptions } from './options.ts';
import { IDLE, StreamStore } from './stream-store.ts';
import { typeTarget, typingIn, type MaybeSource, type TypingTarget } from './typing.ts';

/** What `useStream` returns: each field of the snapshot as a ref of its own, so that a component renders for what it shows. */
export type UseStream<E extends EventNames = EventNames, T = unknown> = StreamControls<E, T> & {
  readonly [Field in keyof Snapshot]: ComputedRef<Snapshot[Field]>;
} & {
  /** The stream of the last start: for `<Typewriter :source="stream" />`, or to listen to its events. */
  readonly stream: Readonly<ShallowRef<EventStream<E, T> | undefined>>;
};

/**
 * A stream that belongs to a component, or to any other effect scope. `start` asks; unmounting, or the end of the
 * scope, closes. Under `<KeepAlive>` the stream goes on while the component is deactivated. Outside a scope, `stop` is
 * for whoever called it.
 *
 * @param input What `start` asks, unless it is given something else: a value, a ref or a getter.
 * @param options Those of `stream()`, and `throttle`, `client`: an object, a ref, or a getter that each start calls.
 * @example
 * const { text, state, start, stop } = useStream('/api/chat', () => ({ body: { prompt: prompt.value } }));
 * // <button @click="start()">Ask</button> <p>{{ text }}</p>
 */
export function useStream<const E extends EventNames = readonly string[]>(
  input: MaybeRefOrGetter<StreamInput | undefined>,
  options: MaybeRefOrGetter<BindingOptions<E, string> & { readonly decode: 'text' }>,
): UseStream<E, string>;
export function useStream<const E extends EventNames = readonly string[], T = unknown>(
  input?: MaybeRefOrGetter<StreamInput | undefined>,
  options?: MaybeRefOrGetter<BindingOptions<E, T> | undefined>,
): UseStream<E, T>;
export function useStream(
  input?: MaybeRefOrGetter<StreamInput | undefined>,
  options?: MaybeRefOrGetter<BindingOptions | undefined>,
): object {
  const store = new StreamStore(() => ({ input: toValue(input), options: toValue(options) }));
  const snapshot = shallowRef(IDLE);
  const stream = shallowRef<EventStream>();
  store.subscribe(() => {
    snapshot.value = store.getSnapshot();
    // A proxy of it, as in a reactive list of messages, would be another source than the stream itself.
    stream.value = markRaw(store.getStream()!);
  });
  if (getCurrentScope()) onScopeDispose(store.dispose);
  const fields = (Object.keys(IDLE) as (keyof Snapshot)[]).map((name) => [
    name,
    computed(() => snapshot.value[name]),
  ]);
  return {
    ...Object.fromEntries(fields),
    stream: shallowReadonly(stream),
    start: store.start,
    stop: store.stop,
  };
}

/** What `useConversation` returns: each field of the snapshot as a ref, and what a conversation does. */
export type UseConversation<Metadata = unknown> = Omit<
  Conversation<Metadata>,
  keyof ConversationSnapshot<Metadata>
> & {
  readonly [Field in keyof ConversationSnapshot<Metadata>]: ComputedRef<
    ConversationSnapshot<Metadata>[Field]
  >;
};

/**
 * A conversation as refs. Given options, it belongs to the component or effect scope, whose end stops the answer that is
 * arriving. Given a conversation of `createConversation()`, which components may share, it only listens.
 *
 * @throws OptionsError as `createConversation()`
 * @example
 * const { messages, status, send, stop } = useConversation({ input: '/api/chat', request: openaiMessages() });
 */
export function useConversation<Metadata = unknown>(
  given: ConversationInput<Metadata>,
): UseConversation<Metadata> {
  const { conversation, isOwn } = conversationOf(() => given);
  const snapshot = shallowRef(conversation.getSnapshot());
  const unsubscribe = conversation.subscribe(() => void (snapshot.value = conversation.getSnapshot()));
  if (getCurrentScope()) {
    onScopeDispose(() => {
      unsubscribe();
      if (isOwn) conversation.stop();
    });
  }
  const fields = FIELDS.map((name) => [name, computed(() => snapshot.value[name])]);
  return { ...conversation, ...Object.fromEntries(fields) };
}

/** The props of `<Typewriter>`. Attributes go to the element. */
export interface TypewriterProps extends TypingOptions {
  /** What is typed, as the `stream` of `useStream`; nothing leaves the element empty. A new source starts anew. */
  readonly source?: MaybeSource;
  /** The element. @default 'div' */
  readonly as?: string | undefined;
}

/**
 * An element into which a source is typed, without a render for it. Options count from the start of a source; a `key`
 * that changes begins again. It closes no source: `stop()` and unmounting the component of `useStream` do. It emits
 * `start`, with the typewriter, and `endInSight`. The server renders it empty.
 *
 * @example
 * // <Typewriter :source="stream" :view="markdown()" as="section" class="answer" follow />
 */
export const Typewriter: DefineSetupFnComponent<TypewriterProps> = defineComponent(
  (props: TypewriterProps) => {
    const element = shallowRef<HTMLElement>();
    watch(
      [element, () => props.source],
      ([node], _, onCleanup) => {
        if (!node) return;
        const typing = typingIn(node);
        typing.type(props.source, props);
        onCleanup(typing.leave);
      },
      { flush: 'post' },
    );
    return () => h(props.as ?? 'div', { ref: element });
  },
  {
    name: 'Typewriter',
    props: {
      source: null,
      as: String,
      speed: null,
      lag: Number,
      view: null,
      reducedMotion: null,
      // An attribute without a value is `true`, and none is the default of the typewriter.
      caret: { type: Boolean, default: undefined },
      follow: { type: Boolean, default: undefined },
      onEndInSight: null,
      announce: null,
      signal: null,
      onStart: null,
    } as never,
  },
);

/**
 * `v-typewriter`: types a source into any element without children, as `<Typewriter>` does. Its value is a source, or an
 * object with `source` and the options of the typewriter.
 *
 * @example
 * // import { vTypewriter } from 'teleprinter/vue'
 * // <output v-typewriter="stream" /> <section v-typewriter="{ source: stream, view: markdown() }" />
 */
export const vTypewriter: ObjectDirective<HTMLElement, TypingTarget> = {
  mounted: (element, { value }) => typeTarget(element, value),
  updated: (element, { value }) => typeTarget(element, value),
  beforeUnmount: (element) => typingIn(element).leave(),
  getSSRProps: () => ({}),
};

/** The binding for Vue 3.5 and later: `useStream`, `useConversation`, `<Typewriter>`, `v-typewriter`. */
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
  type HTMLAttributes,
  type MaybeRefOrGetter,
  type ObjectDirective,
  type ShallowRef,
} from 'vue';
import type { Conversation, ConversationSnapshot } from '../contract/conversation.ts';
import type { EventNames } from '../contract/events.ts';
import type { EventStream } from '../contract/event-stream.ts';
import type { StreamInput } from '../contract/options.ts';
import type { Snapshot } from '../contract/result.ts';
import { conversationFor, SNAPSHOT_FIELDS, type ConversationInput } from './conversation.ts';
import type { BindingOptions, StreamControls, TypingOptions } from './options.ts';
import { IDLE_SNAPSHOT, StreamStore } from './stream-store.ts';
import { typeTarget, typingIn, type MaybeSource, type TypingTarget } from './typing.ts';

/**
 * What `useStream` returns: each field of the snapshot as its own ref, so that a component renders only for fields it
 * reads.
 *
 * @example
 * import { useStream, type UseStream } from 'teleprinter/vue';
 * const answer: UseStream = useStream('/api/chat', { end: 'end' });
 * const words = () => answer.text.value.split(' ').length;
 */
export type UseStream<E extends EventNames = EventNames, T = unknown> = StreamControls<E, T> & {
  readonly [Field in keyof Snapshot]: ComputedRef<Snapshot[Field]>;
} & {
  /** The stream of the last `start()`: for `<Typewriter :source="stream" />`, or to listen to its events. */
  readonly stream: Readonly<ShallowRef<EventStream<E, T> | undefined>>;
};

/**
 * A stream that belongs to a component, or to any other effect scope: `start` sends the request; unmounting, or the end
 * of the scope, closes the stream. Under `<KeepAlive>` the stream continues while the component is deactivated. Outside
 * a scope, call `stop` yourself.
 *
 * @param input The URL or request of `start()`, unless that is given another: a value, a ref or a getter.
 * @param options Those of `stream()`, and `throttle`, `client`: an object, a ref, or a getter called by each start.
 * @example
 * ```vue
 * <script setup lang="ts">
 * import { ref } from 'vue';
 * import { useStream } from 'teleprinter/vue';
 *
 * const prompt = ref('tea');
 * const { text, start } = useStream('/api/chat', () => ({ body: { prompt: prompt.value }, end: 'end' }));
 * </script>
 *
 * <template>
 *   <button @click="start">Ask</button>
 *   <p>{{ text }}</p>
 * </template>
 * ```
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
  const store = new StreamStore({
    get input() {
      return toValue(input);
    },
    get options() {
      return toValue(options);
    },
  });
  const snapshot = shallowRef(IDLE_SNAPSHOT);
  const stream = shallowRef<EventStream>();
  store.subscribe(() => {
    snapshot.value = store.getSnapshot();
    // Raw, as a reactive proxy, for example in a list of messages, would be a different source than the stream itself.
    stream.value = markRaw(store.getStream()!);
  });
  if (getCurrentScope()) onScopeDispose(store.dispose);
  const fields = (Object.keys(IDLE_SNAPSHOT) as (keyof Snapshot)[]).map((name) => [
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

/**
 * What `useConversation` returns: each field of the snapshot as a ref, and the methods of the conversation.
 *
 * @example
 * import { openaiMessages } from 'teleprinter/conversation';
 * import { useConversation, type UseConversation } from 'teleprinter/vue';
 * const chat: UseConversation = useConversation({ input: '/api/chat', request: openaiMessages() });
 * const count = () => chat.messages.value.length;
 */
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
 * arriving and drops the queue. Given a conversation of `createConversation()`, which components may share, it only
 * subscribes.
 *
 * @throws OptionsError as `createConversation()`
 * @example
 * ```vue
 * <script setup lang="ts">
 * import { openaiMessages } from 'teleprinter/conversation';
 * import { useConversation } from 'teleprinter/vue';
 *
 * const { messages, send } = useConversation({ input: '/api/chat', request: openaiMessages() });
 * </script>
 *
 * <template>
 *   <p v-for="{ id, parts } in messages" :key="id">
 *     <template v-for="part in parts">{{ part.type === 'text' ? part.text : '' }}</template>
 *   </p>
 *   <button @click="send('How do I make tea?')">Ask</button>
 * </template>
 * ```
 */
export function useConversation<Metadata = unknown>(
  input: ConversationInput<Metadata>,
): UseConversation<Metadata> {
  const { conversation, dispose } = conversationFor(() => input);
  const snapshot = shallowRef(conversation.getSnapshot());
  const unsubscribe = conversation.subscribe(() => void (snapshot.value = conversation.getSnapshot()));
  if (getCurrentScope()) {
    onScopeDispose(() => {
      unsubscribe();
      dispose();
    });
  }
  const fields = SNAPSHOT_FIELDS.map((name) => [name, computed(() => snapshot.value[name])]);
  return { ...conversation, ...Object.fromEntries(fields) };
}

type Attributes = Omit<HTMLAttributes, keyof TypewriterProps>;

/**
 * The props of `<Typewriter>`. Attributes are passed to the element.
 *
 * @example
 * import { markdown } from 'teleprinter/markdown';
 * import type { TypewriterProps } from 'teleprinter/vue';
 * const props: TypewriterProps = { source: 'Boil fresh water.', as: 'section', view: markdown(), follow: true };
 */
export interface TypewriterProps extends TypingOptions {
  /** The source to type, such as the `stream` of `useStream`. Without one, the element is empty. */
  readonly source?: MaybeSource;
  /** The element. @default 'div' */
  readonly as?: string | undefined;
}

/**
 * An element into which a source is typed, without rendering the component again. Options are read when a source starts;
 * a new `key` starts it again. Unmounting does not close the source: `stop()` and unmounting the component of `useStream`
 * do. It emits `start`, with the typewriter, and `endInSight`. The server renders an empty element.
 *
 * @example
 * ```vue
 * <script setup lang="ts">
 * import { markdown } from 'teleprinter/markdown';
 * import { Typewriter, useStream } from 'teleprinter/vue';
 *
 * const { stream, start } = useStream('/api/chat', { end: 'end' });
 * </script>
 *
 * <template>
 *   <button @click="start">Ask</button>
 *   <Typewriter :source="stream" :view="markdown()" as="section" class="answer" follow />
 * </template>
 * ```
 */
export const Typewriter: DefineSetupFnComponent<TypewriterProps, {}, {}, TypewriterProps & Attributes> =
  defineComponent(
    (props: TypewriterProps) => {
      const element = shallowRef<HTMLElement>();
      watch(
        [element, () => props.source],
        ([node], _, onCleanup) => {
          if (!node) return;
          const typing = typingIn(node);
          typing.type(props.source, props);
          onCleanup(typing.detach);
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
        // An attribute without a value means `true`; without the attribute, the default of the typewriter applies.
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
 * ```vue
 * <script setup lang="ts">
 * import { useStream, vTypewriter } from 'teleprinter/vue';
 *
 * const { stream, start } = useStream('/api/chat', { end: 'end' });
 * </script>
 *
 * <template>
 *   <button @click="start">Ask</button>
 *   <output v-typewriter="stream"></output>
 *   <section v-typewriter="{ source: stream, follow: true }"></section>
 * </template>
 * ```
 * @example
 * // In all components: app.directive('typewriter', vTypewriter), and for the types of their templates
 * import type { vTypewriter } from 'teleprinter/vue';
 * declare module 'vue' { interface GlobalDirectives { vTypewriter: typeof vTypewriter } }
 */
export const vTypewriter: ObjectDirective<HTMLElement, TypingTarget> = {
  mounted: (element, { value }) => typeTarget(element, value),
  updated: (element, { value }) => typeTarget(element, value),
  beforeUnmount: (element) => typingIn(element).detach(),
  getSSRProps: () => ({}),
};

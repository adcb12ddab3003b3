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
import { conversationOf, FIELDS, type ConversationInput } from './conversation.ts';
import type { BindingOptions, StreamControls, TypingOptions } from './options.ts';
import { IDLE, StreamStore } from './stream-store.ts';
import { typeTarget, typingIn, type MaybeSource, type TypingTarget } from './typing.ts';

/**
 * What `useStream` returns: each field of the snapshot as a ref of its own, so that a component renders for what it shows.
 *
 * @example
 * import { useStream, type UseStream } from 'teleprinter/vue';
 * const answer: UseStream = useStream('/api/chat', { end: 'end' });
 * const words = () => answer.text.value.split(' ').length;
 */
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

/**
 * What `useConversation` returns: each field of the snapshot as a ref, and what a conversation does.
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
 * arriving and drops what waits. Given a conversation of `createConversation()`, which components may share, it only listens.
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
  given: ConversationInput<Metadata>,
): UseConversation<Metadata> {
  const { conversation, dispose } = conversationOf(() => given);
  const snapshot = shallowRef(conversation.getSnapshot());
  const unsubscribe = conversation.subscribe(() => void (snapshot.value = conversation.getSnapshot()));
  if (getCurrentScope()) {
    onScopeDispose(() => {
      unsubscribe();
      dispose();
    });
  }
  const fields = FIELDS.map((name) => [name, computed(() => snapshot.value[name])]);
  return { ...conversation, ...Object.fromEntries(fields) };
}

type Attributes = Omit<HTMLAttributes, keyof TypewriterProps>;

/**
 * The props of `<Typewriter>`. Attributes go to the element.
 *
 * @example
 * import { markdown } from 'teleprinter/markdown';
 * import type { TypewriterProps } from 'teleprinter/vue';
 * const props: TypewriterProps = { source: 'Boil fresh water.', as: 'section', view: markdown(), follow: true };
 */
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
  beforeUnmount: (element) => typingIn(element).leave(),
  getSSRProps: () => ({}),
};

/** The binding for Svelte 5.7 and later: `useStream`, `useConversation`, `use:typewriter`. */
import { onDestroy } from 'svelte';
import type { Action } from 'svelte/action';
import { createSubscriber } from 'svelte/reactivity';
import type { Conversation } from '../contract/conversation.ts';
import type { EventNames } from '../contract/events.ts';
import type { EventStream } from '../contract/event-stream.ts';
import type { StreamInput } from '../contract/options.ts';
import type { Snapshot } from '../contract/result.ts';
import { conversationFor, SNAPSHOT_FIELDS, type ConversationInput } from './conversation.ts';
import type { BindingOptions, StreamControls } from './options.ts';
import { IDLE_SNAPSHOT, StreamStore } from './stream-store.ts';
import { typeTarget, typingIn, type TypingTarget } from './typing.ts';

/**
 * What `useStream` returns. Each field is reactive when it is read from the object (`answer.text`), so do not destructure
 * fields; `start` and `stop` can be destructured.
 *
 * @example
 * import { useStream, type UseStream } from 'teleprinter/svelte';
 * const answer: UseStream = useStream('/api/chat', { end: 'end' });
 * const words = () => answer.text.split(' ').length;
 */
export interface UseStream<E extends EventNames = EventNames, T = unknown>
  extends Snapshot, StreamControls<E, T> {
  /** The stream of the last `start()`: for `use:typewriter={answer.stream}`, or to listen to its events. */
  readonly stream: EventStream<E, T> | undefined;
}

type MaybeGetter<V> = V | (() => V);

/**
 * A stream that belongs to a component: `start` sends the request, destroying the component closes the stream. Outside a
 * component, as in a module, call `stop` yourself.
 *
 * @param input The URL or request of `start()`, unless that is given another: a value, or a function called by each start.
 * @param options Those of `stream()`, and `throttle`, `client`: an object, or a function called by each start.
 * @example
 * ```svelte
 * <script lang="ts">
 *   import { useStream } from 'teleprinter/svelte';
 *
 *   let prompt = $state('tea');
 *   const answer = useStream('/api/chat', () => ({ body: { prompt }, end: 'end' }));
 * </script>
 *
 * <button onclick={answer.start}>Ask</button>
 * <p>{answer.text}</p>
 * ```
 */
export function useStream<const E extends EventNames = readonly string[]>(
  input: MaybeGetter<StreamInput | undefined>,
  options: MaybeGetter<BindingOptions<E, string> & { readonly decode: 'text' }>,
): UseStream<E, string>;
export function useStream<const E extends EventNames = readonly string[], T = unknown>(
  input?: MaybeGetter<StreamInput | undefined>,
  options?: MaybeGetter<BindingOptions<E, T> | undefined>,
): UseStream<E, T>;
export function useStream(
  input?: MaybeGetter<StreamInput | undefined>,
  options?: MaybeGetter<BindingOptions | undefined>,
): object {
  const store = new StreamStore({
    get input() {
      return resolve(input);
    },
    get options() {
      return resolve(options);
    },
  });
  const fields: [string, () => unknown][] = [['stream', store.getStream]];
  for (const name of Object.keys(IDLE_SNAPSHOT) as (keyof Snapshot)[])
    fields.push([name, () => store.getSnapshot()[name]]);
  onComponentDestroy(store.dispose);
  return withReactiveFields({ start: store.start, stop: store.stop }, store.subscribe, fields);
}

/**
 * A conversation whose fields are reactive when they are read from the object (`chat.messages`), so do not destructure
 * them. Given options, it belongs to the component: destroying that stops the answer that is arriving and drops the
 * queue. Given a conversation of `createConversation()`, which components may share, it only subscribes.
 *
 * @throws OptionsError as `createConversation()`
 * @example
 * ```svelte
 * <script lang="ts">
 *   import { openaiMessages } from 'teleprinter/conversation';
 *   import { useConversation } from 'teleprinter/svelte';
 *
 *   const chat = useConversation({ input: '/api/chat', request: openaiMessages() });
 * </script>
 *
 * {#each chat.messages as { id, parts } (id)}
 *   <p>{#each parts as part}{part.type === 'text' ? part.text : ''}{/each}</p>
 * {/each}
 * <button onclick={() => chat.send('How do I make tea?')}>Ask</button>
 * ```
 */
export function useConversation<Metadata = unknown>(
  input: ConversationInput<Metadata>,
): Conversation<Metadata> {
  const { conversation, dispose } = conversationFor(() => input);
  onComponentDestroy(dispose);
  const { subscribe, getSnapshot } = conversation;
  return withReactiveFields(
    { ...conversation },
    subscribe,
    SNAPSHOT_FIELDS.map((name) => [name, () => getSnapshot()[name]]),
  ) as never;
}

/** Defines reactive fields on an object. An effect that reads one of them runs again when that field changes. */
function withReactiveFields(
  object: object,
  subscribe: (listener: () => void) => () => void,
  fields: readonly (readonly [name: string, read: () => unknown])[],
): object {
  for (const [name, read] of fields) {
    const track = createSubscriber((update) => {
      let last = read();
      return subscribe(() => {
        if (last !== (last = read())) update();
      });
    });
    const get = (): unknown => {
      track();
      return read();
    };
    Object.defineProperty(object, name, { get, enumerable: true });
  }
  return object;
}

/** Calls back when the current component is destroyed; never, outside a component. */
function onComponentDestroy(callback: () => void): void {
  try {
    onDestroy(callback);
  } catch {
    // Svelte throws outside a component.
  }
}

function resolve<V>(value: MaybeGetter<V>): V {
  return typeof value === 'function' ? (value as () => V)() : value;
}

/**
 * `use:typewriter`: types a source into any element without children. Without a source, the element is empty. Options
 * are read when a source starts. Destroying the element does not close the source: `stop()` and destroying the component
 * of `useStream` do.
 *
 * @example
 * ```svelte
 * <script lang="ts">
 *   import { markdown } from 'teleprinter/markdown';
 *   import { typewriter, useStream } from 'teleprinter/svelte';
 *
 *   const answer = useStream('/api/chat', { end: 'end' });
 * </script>
 *
 * <button onclick={answer.start}>Ask</button>
 * <output use:typewriter={answer.stream}></output>
 * <section use:typewriter={{ source: answer.stream, view: markdown() }}></section>
 * ```
 */
export const typewriter: Action<HTMLElement, TypingTarget> = (element, target) => {
  typeTarget(element, target);
  return { update: (next: TypingTarget) => typeTarget(element, next), destroy: typingIn(element).detach };
};

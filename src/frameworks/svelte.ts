import { onDestroy } from 'svelte';
import type { Action } from 'svelte/action';
import { createSubscriber } from 'svelte/reactivity';
import type { Conversation } from '../contract/conversation.ts';
import type { EventNames } from '../contract/events.ts';
import type { EventStream } from '../contract/event-stream.ts';
import type { StreamInput } from '../contract/options.ts';
import type { Snapshot } from '../contract/result.ts';
import { conversationOf, FIELDS, type ConversationInput } from './conversation.ts';
import type { BindingOptions, StreamControls } from './options.ts';
import { IDLE, StreamStore } from './stream-store.ts';
import { typeTarget, typingIn, type TypingTarget } from './typing.ts';

/**
 * What `useStream` returns. Its fields are reactive where they are read (`answer.text`), each by itself, so it is not taken
 * apart; `start` and `stop` can be.
 *
 * @example
 * import { useStream, type UseStream } from 'teleprinter/svelte';
 * const answer: UseStream = useStream('/api/chat', { end: 'end' });
 * const words = () => answer.text.split(' ').length;
 */
export interface UseStream<E extends EventNames = EventNames, T = unknown>
  extends Snapshot, StreamControls<E, T> {
  /** The stream of the last start: for `use:typewriter={answer.stream}`, or to listen to its events. */
  readonly stream: EventStream<E, T> | undefined;
}

type MaybeGetter<V> = V | (() => V);

/**
 * A stream that belongs to a component. `start` asks; destroying the component closes. Outside a component, as in a
 * module, `stop` is for whoever called it.
 *
 * @param input What `start` asks, unless it is given something else: a value, or a function that each start calls.
 * @param options Those of `stream()`, and `throttle`, `client`: an object, or a function that each start calls.
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
      return valueOf(input);
    },
    get options() {
      return valueOf(options);
    },
  });
  const fields: [string, () => unknown][] = [['stream', store.getStream]];
  for (const name of Object.keys(IDLE) as (keyof Snapshot)[])
    fields.push([name, () => store.getSnapshot()[name]]);
  whenDestroyed(store.dispose);
  return reactive({ start: store.start, stop: store.stop }, store.subscribe, fields);
}

/**
 * A conversation whose fields are reactive where they are read (`chat.messages`), so it is not taken apart. Given options, it
 * belongs to the component, and destroying that stops the answer that is arriving and drops what waits. Given a conversation of
 * `createConversation()`, which components may share, it only listens.
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
  given: ConversationInput<Metadata>,
): Conversation<Metadata> {
  const { conversation, dispose } = conversationOf(() => given);
  whenDestroyed(dispose);
  const { subscribe, getSnapshot } = conversation;
  return reactive(
    { ...conversation },
    subscribe,
    FIELDS.map((name) => [name, () => getSnapshot()[name]]),
  ) as never;
}

/** Gives an object fields that are read anew, and make what reads one of them depend on that one. */
function reactive(
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

function whenDestroyed(end: () => void): void {
  try {
    onDestroy(end);
  } catch {
    // Outside a component there is no end to wait for.
  }
}

function valueOf<V>(given: MaybeGetter<V>): V {
  return typeof given === 'function' ? (given as () => V)() : given;
}

/**
 * `use:typewriter`: types a source into any element without children. A new source starts anew, nothing leaves it empty,
 * and options count from the start of a source. It closes no source: `stop()` and destroying the component of
 * `useStream` do.
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
  return { update: (next: TypingTarget) => typeTarget(element, next), destroy: typingIn(element).leave };
};

import type { Format, FormatEvent, ThinkOptions } from '../contract/format.ts';

/** The names that home-made servers give to events with text. */
const TEXT_EVENTS =
  'message text token tokens delta chunk content data answer response completion text-delta text_delta text/plain'.split(
    ' ',
  );

/**
 * Finds the text where home-made servers put it: the data itself when it is a string; of an object the first string
 * or number among `content`, `text`, `delta`, `token`, `response` and `choices[0].delta.content`. Text comes in events
 * without a name, under one of the usual names of text (`token`, `delta`, `chunk` and so on), or under a name that the
 * option `events` lists. Any other event is `unknown`.
 *
 * @example
 * import { plain, stream } from 'teleprinter';
 * const answer = stream('/api/chat', { format: plain(), events: ['words'] });
 */
export function plain({ think = true }: ThinkOptions = {}): Format {
  return {
    name: 'plain',
    think,
    events: TEXT_EVENTS,
    recognises: (event) => textIn(event) !== undefined,
    reader: () => (event, emit) => {
      const { type, data } = event;
      const delta = textIn(event);
      emit(delta === undefined ? { type: 'unknown', event: type, data } : { type: 'text', delta });
    },
  };
}

function textIn({ type, data, listed }: FormatEvent): string | undefined {
  if (type !== 'message' && !TEXT_EVENTS.includes(type) && !listed?.includes(type)) return undefined;
  if (typeof data === 'string') return data;
  // Field by field, as walking through a list of names takes eight times as long.
  const { content, text, delta, token, response, choices } = (data ?? {}) as Fields;
  return (
    word(content) ??
    word(text) ??
    word(delta) ??
    word(token) ??
    word(response) ??
    word(choices?.[0]?.delta?.content)
  );
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

interface Fields extends Readonly<
  Partial<Record<'content' | 'text' | 'delta' | 'token' | 'response', unknown>>
> {
  readonly choices?: [{ delta?: { content?: unknown } }?];
}

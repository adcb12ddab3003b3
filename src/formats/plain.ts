import type { Format } from '../contract/format.ts';

/**
 * Finds the text where home-made servers put it: the data itself when it is a string; of an object the first string
 * among `content`, `text`, `delta`, `token`, `response` and `choices[0].delta.content`.
 */
export function plain(): Format {
  return {
    name: 'plain',
    recognises: ({ data }) => textOf(data) !== undefined,
    reader:
      () =>
      ({ type, data }, emit) => {
        const delta = textOf(data);
        emit(delta === undefined ? { type: 'unknown', event: type, data } : { type: 'text', delta });
      },
  };
}

function textOf(data: unknown): string | undefined {
  if (typeof data === 'string') return data;
  // Field by field, as walking through a list of names takes eight times as long.
  const { content, text, delta, token, response, choices } = (data ?? {}) as Fields;
  if (typeof content === 'string') return content;
  if (typeof text === 'string') return text;
  if (typeof delta === 'string') return delta;
  if (typeof token === 'string') return token;
  if (typeof response === 'string') return response;
  const first = choices?.[0]?.delta?.content;
  return typeof first === 'string' ? first : undefined;
}

interface Fields extends Readonly<
  Partial<Record<'content' | 'text' | 'delta' | 'token' | 'response', unknown>>
> {
  readonly choices?: [{ delta?: { content?: unknown } }?];
}

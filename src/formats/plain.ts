import type { Format } from './format.ts';

const FIELDS = ['content', 'text', 'delta', 'token', 'response'];

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
  const fields = data as Record<string, unknown> | null;
  for (const name of FIELDS) {
    const value = fields?.[name];
    if (typeof value === 'string') return value;
  }
  const { choices } = (fields ?? {}) as { choices?: [{ delta?: { content?: unknown } }?] };
  const content = choices?.[0]?.delta?.content;
  return typeof content === 'string' ? content : undefined;
}

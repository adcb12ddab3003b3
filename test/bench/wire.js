/** The bytes that every library reads, and their responses. Runs in Node and in pages. */

/** The words of the answer, in pieces like OpenAI's tokens. */
const WORDS =
  'A teleprinter types what comes down the wire , letter by letter , and keeps each line as it was sent .'.split(
    ' ',
  );

/** The deltas of an answer of this many events, and its text. */
export function answerOf(events) {
  const deltas = Array.from({ length: events }, (_, at) => ` ${WORDS[at % WORDS.length]}`);
  return { deltas, text: deltas.join('') };
}

/** One chunk of OpenAI's chat completions, with the fields that its servers send. */
export const chunkOf = (delta) =>
  JSON.stringify({
    id: 'chatcmpl-CYPS1lijGoK8gd9lYzY3r9Sx50nbt',
    object: 'chat.completion.chunk',
    created: 1762317021,
    model: 'gpt-4o-mini-2024-07-18',
    service_tier: 'default',
    system_fingerprint: 'fp_560af6e559',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: null }],
  });

/**
 * An answer as OpenAI streams it, in bytes.
 * @param name The name of each event. Anthropic's SDK drops unnamed events, all others need unnamed ones.
 */
export function openaiBytes(deltas, name) {
  const field = name ? `event: ${name}\n` : '';
  const events = deltas.map((delta) => `${field}data: ${chunkOf({ content: delta })}\n\n`);
  return new TextEncoder().encode(`${events.join('')}data: [DONE]\n\n`);
}

/** Splits bytes into chunks that share no memory, as from a network. */
export const chunksOf = (bytes, size) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.slice(at * size, (at + 1) * size));

/** A body of these chunks, each available when it is read. */
export function bodyOf(chunks) {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      if (next < chunks.length) controller.enqueue(chunks[next++]);
      else controller.close();
    },
  });
}

export const responseOf = (chunks) =>
  new Response(bodyOf(chunks), { headers: { 'content-type': 'text/event-stream' } });

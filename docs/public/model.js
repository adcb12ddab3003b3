/**
 * The model of the playground: it answers in the wire format that it is asked for, at the pace that it is asked for, and
 * does to its answer what networks do. As a service worker it answers `…/playground/answer`; where there is none, a page
 * loads this file as a script and calls `teleprinterModel(request)` in place of `fetch`.
 */
{
  const ENGLISH = `## A pot of tea

Boil **fresh** water, warm the pot, and use *one spoon of leaves* for each person.

| tea | water | minutes |
| --- | --- | --- |
| black | 95 °C | 3 to 5 |
| oolong | 90 °C | 3 |
| green | 80 °C | 2 |

1. Pour the water on as soon as it boils, for black tea.
2. For green tea wait, or it turns bitter.
3. Three minutes are enough. Five make it strong.

\`\`\`js
const tea = await steep({ minutes: 3 });
pour(tea);
\`\`\`

In Japanese it is お茶, in Hindi चाय, and in most of the world a word like [one of these two](https://en.wikipedia.org/wiki/Etymology_of_tea). ☕`;

  const ARABIC = `## إبريق من الشاي

اغلِ ماءً **عذبًا**، ودفّئ الإبريق، واستعمل *ملعقة من الأوراق* لكل شخص.

| الشاي | الماء | الدقائق |
| --- | --- | --- |
| أسود | 95 °C | 3 إلى 5 |
| أخضر | 80 °C | 2 |

1. للشاي الأسود صُبَّ الماء حالما يغلي.
2. للشاي الأخضر انتظر قليلًا، وإلا صار مُرًّا.
3. ثلاث دقائق تكفي، وخمس تجعله قويًّا.

بالإنجليزية اسمه tea، وباليابانية お茶. ☕`;

  const json = JSON.stringify;
  const sse = (data, type) => (type ? `event: ${type}\n` : '') + `data: ${json(data)}\n\n`;
  const chunk = (delta, finish_reason = null) =>
    sse({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      model: 'tea-1',
      choices: [{ index: 0, delta, finish_reason }],
    });
  const named = (data) => sse(data, data.type);

  /** Each format: what comes before the words, how a word is written, and how the answer ends. */
  const FORMATS = {
    plain: {
      begin: [],
      word: (text) => sse({ text }),
      end: ['event: end\ndata:\n\n'],
    },
    openaiChat: {
      begin: [chunk({ role: 'assistant', content: '' })],
      word: (content) => chunk({ content }),
      end: [
        chunk({}, 'stop'),
        sse({
          id: 'chatcmpl-1',
          object: 'chat.completion.chunk',
          choices: [],
          usage: { prompt_tokens: 9, completion_tokens: 180 },
        }),
        'data: [DONE]\n\n',
      ],
    },
    openaiResponses: {
      begin: [
        named({
          type: 'response.created',
          response: { id: 'resp_1', object: 'response', status: 'in_progress', output: [] },
        }),
        named({
          type: 'response.output_item.added',
          output_index: 0,
          item: { id: 'rs_1', type: 'reasoning', summary: [] },
        }),
        named({
          type: 'response.reasoning_summary_text.delta',
          item_id: 'rs_1',
          output_index: 0,
          delta: 'They want tea.',
        }),
      ],
      word: (delta) =>
        named({ type: 'response.output_text.delta', item_id: 'msg_1', output_index: 1, delta }),
      end: [
        named({
          type: 'response.completed',
          response: {
            id: 'resp_1',
            object: 'response',
            status: 'completed',
            output: [],
            usage: { input_tokens: 9, output_tokens: 180 },
          },
        }),
      ],
    },
    anthropic: {
      begin: [
        named({
          type: 'message_start',
          message: {
            id: 'msg_1',
            type: 'message',
            role: 'assistant',
            content: [],
            usage: { input_tokens: 9, output_tokens: 1 },
          },
        }),
        named({ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } }),
        named({
          type: 'content_block_delta',
          index: 0,
          delta: { type: 'thinking_delta', thinking: 'They want tea.' },
        }),
        named({ type: 'content_block_stop', index: 0 }),
        named({ type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } }),
      ],
      word: (text) => named({ type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text } }),
      end: [
        named({ type: 'content_block_stop', index: 1 }),
        named({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 180 } }),
        named({ type: 'message_stop' }),
      ],
    },
    gemini: {
      begin: [],
      word: (text) =>
        sse({
          candidates: [{ content: { role: 'model', parts: [{ text }] }, index: 0 }],
          modelVersion: 'tea-1',
        }),
      end: [
        sse({
          candidates: [{ content: { role: 'model', parts: [{ text: '' }] }, index: 0, finishReason: 'STOP' }],
          usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 180 },
        }),
      ],
    },
    aiSdk: {
      begin: [
        sse({ type: 'start', messageId: 'm1' }),
        sse({ type: 'start-step' }),
        sse({ type: 'text-start', id: 't1' }),
      ],
      word: (delta) => sse({ type: 'text-delta', id: 't1', delta }),
      end: [
        sse({ type: 'text-end', id: 't1' }),
        sse({ type: 'finish-step' }),
        sse({ type: 'finish', finishReason: 'stop' }),
        'data: [DONE]\n\n',
      ],
      headers: { 'x-vercel-ai-ui-message-stream': 'v1' },
    },
    ollama: {
      begin: [],
      word: (content) => `${json({ model: 'tea', message: { role: 'assistant', content }, done: false })}\n`,
      end: [
        `${json({ model: 'tea', message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 9, eval_count: 180 })}\n`,
      ],
      headers: { 'Content-Type': 'application/x-ndjson' },
      hasNoIds: true,
    },
  };

  /** Pieces about as long as a model's tokens. */
  const words = (text) => text.match(/\s*(?:[\p{L}\p{M}]{1,6}|\P{L}\p{M}*)/gu) ?? [];

  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  /** Answers a request with an event stream, or with JSON lines. */
  function answer(request) {
    const { searchParams } = new URL(request.url);
    const option = (name, otherwise) => searchParams.get(name) ?? otherwise;
    const format = FORMATS[option('format', 'plain')] ?? FORMATS.plain;
    const fault = option('fault', 'none');
    const pause = 1000 / Math.max(1, Number(option('speed', 40)));
    const isLumpy = option('lumps', 'no') === 'yes';
    const events = [
      ...format.begin,
      ...words(option('script', 'ltr') === 'rtl' ? ARABIC : ENGLISH).map(format.word),
      ...format.end,
    ];
    // An answer that was cut cannot be gone on with: its server gives no IDs.
    const hasIds = !format.hasNoIds && fault !== 'cut';
    const lastEventId = Number(request.headers.get('last-event-id') ?? 0);
    // A careless server sends a few events again.
    const first = lastEventId && fault === 'repeat' ? Math.max(0, lastEventId - 6) : lastEventId;
    const trouble = lastEventId || fault === 'none' ? Infinity : Math.floor(events.length * 0.45);
    const encoder = new TextEncoder();
    let isOver = false;
    let finished;
    const done = new Promise((resolve) => (finished = resolve));

    async function write(controller) {
      let lump = '';
      let lumpAt = Date.now();
      for (let at = first; at < events.length && !isOver; at++) {
        if (at === trouble) {
          if (lump) controller.enqueue(encoder.encode(lump));
          if (fault === 'stall') return;
          // What was written has left before the connection breaks.
          await sleep(50);
          if (fault === 'cut') controller.close();
          else controller.error(new TypeError('The connection was lost.'));
          return;
        }
        lump += hasIds ? `id: ${at + 1}\n${events[at]}` : events[at];
        if (!isLumpy || Date.now() - lumpAt > 900 || at + 1 === events.length) {
          controller.enqueue(encoder.encode(lump));
          lump = '';
          lumpAt = Date.now();
        }
        await sleep(pause * (0.5 + Math.random()));
      }
      if (!isOver) controller.close();
    }

    const body = new ReadableStream({
      start(controller) {
        write(controller)
          // The reader has left.
          .catch(() => {})
          .finally(() => finished());
      },
      cancel() {
        isOver = true;
      },
    });
    const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', ...format.headers };
    return { response: new Response(body, { headers }), done };
  }

  if ('ServiceWorkerGlobalScope' in globalThis && globalThis instanceof ServiceWorkerGlobalScope) {
    addEventListener('install', () => skipWaiting());
    addEventListener('activate', (event) => event.waitUntil(clients.claim()));
    addEventListener('fetch', (event) => {
      if (!new URL(event.request.url).pathname.endsWith('/playground/answer')) return;
      const { response, done } = answer(event.request);
      event.respondWith(response);
      // The worker lives as long as the answer does.
      event.waitUntil(done);
    });
  } else globalThis.teleprinterModel = (request) => answer(request).response;
}

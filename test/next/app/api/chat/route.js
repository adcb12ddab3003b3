const event = (content) =>
  `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ delta: { content } }] })}\n\n`;

/** An answer that does not end, until its reader goes. */
export async function POST(request) {
  console.log(`chat asked: ${(await request.json()).prompt}`);
  let timer;
  const body = new ReadableStream({
    start(controller) {
      const send = (text) => controller.enqueue(new TextEncoder().encode(event(text)));
      send('One. ');
      timer = setInterval(() => send('More. '), 50);
    },
    cancel() {
      clearInterval(timer);
      console.log('chat closed');
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

import OpenAI from 'openai';

const openai = new OpenAI();

export default async function handler(request, response) {
  const prompt = String(request.query.prompt ?? '');
  const controller = new AbortController();
  response.on('close', () => controller.abort());
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    // `no-transform` stops Next.js from compressing, which would delay the events.
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
  });
  try {
    const messages = [{ role: 'user', content: prompt }];
    const options = { model: 'gpt-4o-mini', messages, stream: true };
    const chunks = await openai.chat.completions.create(options, { signal: controller.signal });
    for await (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    response.write('event: end\ndata: {}\n\n');
  } catch (error) {
    if (controller.signal.aborted) return;
    console.error(error);
    // Visitors see no details. Without an `end` event the answer is not complete.
    response.write('event: error\ndata: {"message":"The model failed."}\n\n');
  }
  response.end();
}

import OpenAI from 'openai';

const openai = new OpenAI();

export default async function handler(request, response) {
  const prompt = String(request.query.prompt ?? '');
  const left = new AbortController();
  response.on('close', () => left.abort());
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    // `no-transform`: Next.js compresses, and what is compressed waits.
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
  });
  try {
    const messages = [{ role: 'user', content: prompt }];
    const options = { model: 'gpt-4o-mini', messages, stream: true };
    const chunks = await openai.chat.completions.create(options, { signal: left.signal });
    for await (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    response.write('event: end\ndata: {}\n\n');
  } catch (error) {
    if (left.signal.aborted) return;
    console.error(error);
    // No inner details to visitors, and no `end`: the answer is not whole.
    response.write('event: error\ndata: {"message":"The model failed."}\n\n');
  }
  response.end();
}

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import OpenAI from 'openai';
import { createRelay } from 'teleprinter/server';

const openai = new OpenAI();
const relay = createRelay();
const port = process.env.PORT ?? 3000;
const page = readFileSync(new URL('public/index.html', import.meta.url));

createServer((request, response) => {
  if (request.url !== '/api/chat') return response.setHeader('Content-Type', 'text/html').end(page);
  return relay.handleNode(request, response, async ({ request, signal }) => {
    const { prompt } = await request.json();
    const messages = [{ role: 'user', content: String(prompt) }];
    return openai.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true }, { signal });
  });
}).listen(port, () => console.log(`http://localhost:${port}`));

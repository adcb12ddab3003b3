import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import OpenAI from 'openai';
import { createRelay } from 'teleprinter/server';

const openai = new OpenAI();
const relay = createRelay();
const app = new Hono();
const port = Number(process.env.PORT ?? 3000);

app.all('/api/chat', ({ req }) =>
  relay.handle(req.raw, async ({ request, signal }) => {
    const { prompt } = await request.json();
    const messages = [{ role: 'user', content: String(prompt) }];
    return openai.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true }, { signal });
  }),
);
app.use(serveStatic({ root: 'public' }));
serve({ fetch: app.fetch, port }, () => console.log(`http://localhost:${port}`));

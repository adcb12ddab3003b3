import files from '@fastify/static';
import fastify from 'fastify';
import OpenAI from 'openai';
import { createRelay } from 'teleprinter/server';

const openai = new OpenAI();
const relay = createRelay();
const app = fastify();
const port = Number(process.env.PORT ?? 3000);

// No body parsers: the relay reads the body itself.
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', (request, payload, done) => done(null));
app.all('/api/chat', (request, reply) => {
  reply.hijack();
  return relay.handleNode(request.raw, reply.raw, async ({ request, signal }) => {
    const { prompt } = await request.json();
    const messages = [{ role: 'user', content: String(prompt) }];
    return openai.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true }, { signal });
  });
});
app.register(files, { root: `${import.meta.dirname}/public` });
await app.listen({ port });
console.log(`http://localhost:${port}`);

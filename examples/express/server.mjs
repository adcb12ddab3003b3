import express from 'express';
import OpenAI from 'openai';
import { createRelay } from 'teleprinter/server';

const openai = new OpenAI();
const relay = createRelay();
const app = express();
const port = process.env.PORT ?? 3000;

// Register it before any body parser: the relay reads the body itself.
app.all('/api/chat', (request, response) =>
  relay.handleNode(request, response, async ({ request, signal }) => {
    const { prompt } = await request.json();
    const messages = [{ role: 'user', content: String(prompt) }];
    return openai.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true }, { signal });
  }),
);
app.use(express.static('public'));
app.listen(port, () => console.log(`http://localhost:${port}`));

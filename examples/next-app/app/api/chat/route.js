import OpenAI from 'openai';
import { createRelay } from 'teleprinter/server';

const openai = new OpenAI();
const relay = createRelay();

const handle = (request) =>
  relay.handle(request, async ({ request, signal }) => {
    const { prompt } = await request.json();
    const messages = [{ role: 'user', content: String(prompt) }];
    return openai.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true }, { signal });
  });

export { handle as GET, handle as POST, handle as DELETE };

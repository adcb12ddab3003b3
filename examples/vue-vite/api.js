import OpenAI from 'openai';
import { createRelay } from 'teleprinter/server';

const openai = new OpenAI();
const relay = createRelay();

const handle = (request, response) =>
  relay.handleNode(request, response, async ({ request, signal }) => {
    const { prompt } = await request.json();
    const messages = [{ role: 'user', content: String(prompt) }];
    return openai.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true }, { signal });
  });

const use = ({ middlewares }) => void middlewares.use('/api/chat', handle);
export const api = { name: 'api', configureServer: use, configurePreviewServer: use };

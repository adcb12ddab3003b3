/** The server half: what a user of Teleprinter would write. */
import { createRelay } from 'teleprinter/server';
import { RequestError } from './listen.mjs';

/** Makes the handler of `/api/chat`: the prompt comes in the query of a GET, or in the JSON body of a POST. */
export function createChat(openai, { model, ...options }) {
  const relay = createRelay({ maxBodySize: 100_000, ...options });
  return (request, response) =>
    relay.handleNode(request, response, async ({ request, signal }) => {
      const messages = [{ role: 'user', content: await promptOf(request) }];
      return openai.chat.completions.create({ model, messages, stream: true }, { signal });
    });
}

/** @throws RequestError where there is none */
async function promptOf(request) {
  if (request.method === 'GET') return new URL(request.url).searchParams.get('prompt') ?? '';
  const body = await request.text();
  try {
    const { prompt } = JSON.parse(body);
    if (typeof prompt === 'string') return prompt;
  } catch {
    // It is no JSON.
  }
  throw new RequestError(400);
}

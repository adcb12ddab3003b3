/** The server half: what a user of Teleprinter would write. */
import { createRelay } from 'teleprinter/server';

/**
 * Makes the handler of `/api/chat`: the prompt comes in the query of a GET, or in the JSON body of a POST. A page that
 * lost its connection, or was reloaded, gets the rest of the same answer; a DELETE stops the model.
 *
 * @param {import('openai').OpenAI} openai
 * @param {{ model: string } & import('teleprinter/server').RelayOptions} options
 */
export function createChat(openai, { model, ...options }) {
  const relay = createRelay(options);
  return (request, response) =>
    relay.handleNode(request, response, async ({ request, signal }) => {
      const messages = [{ role: 'user', content: await promptOf(request) }];
      return openai.chat.completions.create({ model, messages, stream: true }, { signal });
    });
}

async function promptOf(request) {
  if (request.method === 'GET') return new URL(request.url).searchParams.get('prompt') ?? '';
  const { prompt } = await request.json();
  return String(prompt);
}

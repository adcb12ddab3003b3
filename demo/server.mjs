/** Serves the demo: pages, the built files, `/api/chat` and `/api/replay/`. `PORT` sets the port; a key in `OPENAI_API_KEY` is used. */
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';
import sirv from 'sirv';
import { createChat } from './chat.mjs';
import { listen } from './listen.mjs';
import { startModel } from './model.mjs';
import { createReplay } from './replay.mjs';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/** @param {{ port: number, openai: OpenAI, model: string, patience?: number, delay?: number }} options */
export async function startDemo({ port, openai, model, patience, delay }) {
  const chat = createChat(openai, { model, patience });
  const replay = createReplay({ delay });
  const files = [
    { prefix: '/dist', serve: sirv(path('../dist'), { dev: true }) },
    { prefix: '/parser', serve: sirv(path('../node_modules/eventsource-parser/dist'), { dev: true }) },
    { prefix: '', serve: sirv(path('./pages'), { dev: true, extensions: ['html'] }) },
  ];
  function handle(request, response) {
    const { pathname } = new URL(request.url, 'http://localhost');
    const api = pathname === '/api/chat' ? chat : pathname.startsWith('/api/replay/') ? replay : undefined;
    if (api) {
      api(request, response).catch((error) => {
        console.error(error);
        response.writeHead(400).end();
      });
      return;
    }
    const { prefix, serve } = files.find((folder) => pathname.startsWith(`${folder.prefix}/`));
    request.url = request.url.slice(prefix.length);
    serve(request, response, () => response.writeHead(404).end('Not found'));
  }

  const server = await listen(handle, port);
  return { url: `http://localhost:${server.port}`, stop: server.stop };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL, OPENAI_MODEL, PORT } = process.env;
  const own = apiKey ? undefined : await startModel();
  const openai = new OpenAI({ apiKey: apiKey || 'none', baseURL: own?.baseURL ?? OPENAI_BASE_URL });
  const model = OPENAI_MODEL || 'gpt-4o-mini';
  const { url } = await startDemo({ port: Number(PORT || 8080), openai, model });
  console.log(
    `${url} ${own ? 'answers from texts in demo/answers (set OPENAI_API_KEY for a model)' : `asks ${model}`}`,
  );
}

/**
 * Serves the demo: pages, the built files, `/api/chat` and `/api/replay/`. `PORT` sets the port. With `OPENAI_API_KEY` it asks a
 * real model.
 */
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';
import sirv from 'sirv';
import { createChat } from './chat.mjs';
import { listen, refuse, urlOf } from './listen.mjs';
import { startModel } from './model.mjs';
import { createReplay } from './replay.mjs';

/** The folders by URL prefix; the first match applies. The modules are those in the import maps of the pages. */
const FOLDERS = {
  '/dist': '../dist',
  '/parser': '../node_modules/eventsource-parser/dist',
  '/entities': '../node_modules/character-entities-html4',
  '/katex': '../node_modules/katex/dist',
  '': './pages',
};

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/** @param {{ port: number, openai: OpenAI, model: string, patience?: number, store?: import('teleprinter/server').RelayStore, delay?: number }} options */
export async function startDemo({ port, openai, model, patience = 5000, store, delay }) {
  const chat = createChat(openai, { model, patience, store });
  const replay = createReplay({ delay });
  const files = Object.entries(FOLDERS).map(([prefix, folder]) => ({
    prefix,
    serve: sirv(path(folder), { dev: true, extensions: ['html'] }),
  }));
  async function handle(request, response) {
    const { pathname, search } = urlOf(request);
    if (pathname === '/api/chat') await chat(request, response);
    else if (pathname.startsWith('/api/replay/')) await replay(request, response);
    else {
      const { prefix, serve } = files.find((folder) => pathname.startsWith(`${folder.prefix}/`));
      request.url = pathname.slice(prefix.length) + search;
      serve(request, response, () => refuse(response, 404));
    }
  }

  const server = await listen(handle, port);
  return { url: `http://localhost:${server.port}`, stop: server.stop };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL, OPENAI_MODEL, PORT } = process.env;
  const localModel = apiKey ? undefined : await startModel();
  const openai = new OpenAI({ apiKey: apiKey || 'none', baseURL: localModel?.baseURL ?? OPENAI_BASE_URL });
  const model = OPENAI_MODEL || 'gpt-4o-mini';
  const { url } = await startDemo({ port: Number(PORT || 8080), openai, model });
  console.log(
    `${url} ${localModel ? 'answers from texts in demo/answers (set OPENAI_API_KEY for a model)' : `asks ${model}`}`,
  );
}

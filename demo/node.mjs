/**
 * One process of `npm run demo:cluster`: the demo's server with its answers in Redis. It sends its port to the parent
 * process.
 */
import OpenAI from 'openai';
import { createClient } from 'redis';
import { redisStore } from 'teleprinter/redis';
import { startDemo } from './server.mjs';

const { OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL, REDIS_URL } = process.env;
const client = createClient({ url: REDIS_URL });
// The client reconnects by itself.
client.on('error', () => {});
await client.connect();
const openai = new OpenAI({ apiKey: OPENAI_API_KEY || 'none', baseURL: OPENAI_BASE_URL });
const store = redisStore(client, { prefix: 'teleprinter-demo' });
const { url } = await startDemo({ port: 0, openai, model: OPENAI_MODEL || 'gpt-4o-mini', store });
process.send(new URL(url).port);
process.on('disconnect', () => process.exit());

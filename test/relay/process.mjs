/**
 * One process of a cluster: a relay on Redis, over a model's server. Prints its port.
 * `node process.mjs <Redis URL> <model URL> <prefix> <package>`; needs what `npm run build` makes.
 */
import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { redisStore } from '../../dist/redis.js';
import { createRelay } from '../../dist/server.js';

const [redisUrl, modelUrl, prefix, packageName] = process.argv.slice(2);
const client = packageName === 'ioredis' ? new Redis(redisUrl) : createClient({ url: redisUrl });
client.on('error', () => {});
if (packageName !== 'ioredis') await client.connect();

const relay = createRelay({
  store: redisStore(client, { prefix }),
  heartbeat: 1000,
  patience: 5000,
  onError: () => {},
});
const server = createServer((request, response) => {
  void relay.handleNode(request, response, ({ signal, request }) =>
    fetch(modelUrl + new URL(request.url).search, { signal }),
  );
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));

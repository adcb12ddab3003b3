/**
 * Serves the demo from three processes that share a Redis, behind a round-robin proxy. The Redis is the one of `REDIS_URL`, or
 * a `redis-server` that this script starts. `POST /api/kill?process=1` kills a process, and another replaces it.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { fileURLToPath } from 'node:url';
import { listen } from './listen.mjs';
import { startModel } from './model.mjs';

const PROCESSES = 3;

/** @param {{ port: number, redisUrl?: string }} options */
export async function startCluster({ port, redisUrl = process.env.REDIS_URL }) {
  const redis = redisUrl ? undefined : await startRedis();
  const model = process.env.OPENAI_API_KEY ? undefined : await startModel({ tokenDelay: 40 });
  const env = {
    ...process.env,
    REDIS_URL: redisUrl || redis.url,
    ...(model && { OPENAI_BASE_URL: model.baseURL }),
  };
  const nodes = await Promise.all(Array.from({ length: PROCESSES }, () => startNode(env)));
  let next = 0;

  async function kill(number, response) {
    const node = nodes[number - 1];
    response.writeHead(node ? 204 : 400).end();
    if (!node) return;
    node.process.kill('SIGKILL');
    nodes[number - 1] = undefined;
    nodes[number - 1] = await startNode(env);
  }

  function handle(request, response) {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    if (request.method === 'POST' && pathname === '/api/kill')
      return kill(Number(searchParams.get('process')), response);
    do next++;
    while (!nodes[next % PROCESSES]);
    return forward(request, response, nodes[next % PROCESSES].port, (next % PROCESSES) + 1);
  }

  const server = await listen(handle, port);
  return {
    url: `http://localhost:${server.port}`,
    model,
    async stop() {
      await server.stop();
      for (const node of nodes) node?.process.kill();
      await model?.stop();
      await redis?.stop();
    },
  };
}

async function startNode(env) {
  const child = fork(fileURLToPath(new URL('./node.mjs', import.meta.url)), { env });
  const [port] = await once(child, 'message');
  return { process: child, port };
}

/** Forwards a request. `X-Process` in the response is the number of the process that answered. */
function forward(request, response, port, number) {
  const outgoing = httpRequest({ port, method: request.method, path: request.url, headers: request.headers });
  outgoing.on('response', (answer) => {
    response.writeHead(answer.statusCode, { ...answer.headers, 'X-Process': number });
    answer.on('error', () => response.destroy());
    answer.pipe(response);
  });
  // The process has died, so the response is cut off.
  outgoing.on('error', () => response.destroy());
  response.on('close', () => outgoing.destroy());
  request.pipe(outgoing);
}

async function startRedis() {
  const { port, stop: release } = await listen(() => {}, 0, '127.0.0.1');
  await release();
  const server = spawn(
    'redis-server',
    ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    {
      stdio: 'ignore',
    },
  );
  server.on('error', () => {
    console.error(
      'npm run demo:cluster needs a Redis: REDIS_URL, or redis-server (Debian: apt-get install redis-server).',
    );
    process.exit(1);
  });
  await once(server, 'spawn');
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      server.kill();
      await once(server, 'exit');
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startCluster({ port: Number(process.env.PORT || 8080) });
  console.log(`${url}/break answers from ${PROCESSES} processes over one Redis`);
}

/**
 * Compares the relay with direct writes, `resumable-stream` and `better-sse`, in three interleaved rounds of one run:
 * `npm run bench:relay`. `--quick` uses a tenth of the load, `--most` finds the maximum number of answers of each. Needs
 * `redis-server`. Writes `bench-relay.json`.
 *
 * `resumable-stream` keeps an answer in the process that produces it, and sends it through Redis once another process reads it.
 * With one reader it thus does the same as «relay, memory»: compare these two rows. «relay, Redis» writes each event into Redis,
 * so that an answer survives its process. With `onEnd`, the relay parses the answer, too.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { mean, median, percentile } from './statistics.js';

const isQuick = process.argv.includes('--quick');
const ANSWERS = isQuick ? 50 : 500;
const SECONDS = isQuick ? 3 : 10;
const ROUNDS = 3;
const KINDS = [
  'direct',
  'resumable-stream',
  'relay, memory',
  'relay, memory, onEnd',
  'relay, Redis',
  'relay, Redis, onEnd',
  'better-sse',
];
const agent = new Agent({ keepAlive: false, maxSockets: Infinity });

/** Reads an answer with Node's client. */
async function read(port, query, { headers = {}, until } = {}) {
  const outgoing = request({ port, host: '127.0.0.1', agent, method: 'POST', path: `/?${query}`, headers });
  outgoing.end();
  const [response] = await once(outgoing, 'response');
  let all = '';
  for await (const text of response.setEncoding('utf8')) {
    all += text;
    if (until?.(all)) break;
  }
  outgoing.destroy();
  return all;
}

/**
 * Reads an answer from the bare socket, and reports the delay of each event, in milliseconds. A reader slower than the server
 * would measure its own queue: with Node's client the fastest server had the longest delays.
 */
async function time(port, query, onDelay) {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `POST /?${query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
  );
  let rest = '';
  socket.setEncoding('latin1').on('data', (text) => {
    const now = Number(process.hrtime.bigint());
    const all = rest + text;
    let at = all.indexOf('"at":');
    for (let end; at >= 0 && (end = all.indexOf(',', at)) >= 0; at = all.indexOf('"at":', end))
      onDelay((now - Number(all.slice(at + 5, end))) / 1e6);
    // A time without its end, or what may be the start of one.
    rest = at < 0 ? all.slice(-4) : all.slice(at);
  });
  await once(socket, 'close');
}

async function startServer(kind, redisUrl, ...modes) {
  const path = fileURLToPath(new URL('relay-server.mjs', import.meta.url));
  const child = fork(path, [kind, redisUrl, ...modes], { execArgv: ['--expose-gc'] });
  const [port] = await once(child, 'message');
  return {
    port,
    async usage() {
      child.send('usage');
      const [usage] = await once(child, 'message');
      return usage;
    },
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function redisUsage(client) {
  const info = await client.info('stats');
  const field = (name) => Number(new RegExp(`${name}:(\\d+)`).exec(info)[1]);
  return {
    commands: field('total_commands_processed'),
    bytes: field('total_net_input_bytes') + field('total_net_output_bytes'),
  };
}

/** Measures this many answers at once, each with one reader. */
async function measureLoad(kind, redisUrl, redis, answers, seconds) {
  const server = await startServer(kind, redisUrl);
  // Warm-up.
  await Promise.all(Array.from({ length: 200 }, () => read(server.port, 'tokens=40')));
  const delays = [];
  const before = [await server.usage(), await redisUsage(redis)];
  const tokens = seconds * 20;
  await Promise.all(
    Array.from({ length: answers }, () =>
      time(server.port, `tokens=${tokens}`, (delay) => delays.push(delay)),
    ),
  );
  const after = [await server.usage(), await redisUsage(redis)];
  await server.stop();
  const events = after[0].events - before[0].events;
  return {
    received: delays.length / events,
    median: median(delays),
    mean: mean(delays),
    p99: percentile(delays, 0.99),
    cpu: (after[0].cpu - before[0].cpu) / events,
    commands: (after[1].commands - before[1].commands) / events,
    bytes: (after[1].bytes - before[1].bytes) / events,
  };
}

/**
 * Measures in the server itself, with this many answers at once, how long an event takes from the model to the operating
 * system. What a reader measures has the kernel and the reader's own queue in it, which is longer the faster the server is.
 */
async function measureWrites(kind, redisUrl, answers, seconds) {
  const server = await startServer(kind, redisUrl, 'timed');
  const ask = (tokens) =>
    Promise.all(Array.from({ length: answers }, () => time(server.port, `tokens=${tokens}`, () => {})));
  // Warm-up.
  await ask(20);
  await server.usage();
  await ask(seconds * 20);
  const { delays } = await server.usage();
  await server.stop();
  return {
    written: delays.length / (answers * seconds * 20),
    writeMedian: median(delays),
    writeP99: percentile(delays, 0.99),
  };
}

/** The time to read a stored answer of 100 kB, in milliseconds. */
async function measureResume(kind, redisUrl) {
  const server = await startServer(kind, redisUrl);
  // Blocks of about 220 bytes. The answer continues, so that it can be resumed.
  const tokens = 470;
  const isAll = (text) => text.split('"at"').length > tokens;
  const times = [];
  const first = await read(server.port, `tokens=${tokens}&fast&silent`, { until: isAll });
  const [, id] = /^id: (.*):0\n/m.exec(first) ?? [];
  for (let round = 0; round < 60; round++) {
    const began = performance.now();
    await read(server.port, '', {
      headers: { 'Last-Event-ID': `${id}:0` },
      until: isAll,
    });
    if (round >= 10) times.push(performance.now() - began);
  }
  await server.stop();
  return { resume: median(times), kB: first.length / 1000 };
}

/** The memory per reader of a silent answer, in bytes. */
async function measureIdle(kind, redisUrl) {
  const server = await startServer(kind, redisUrl);
  const readers = 500;
  const open = async (headers) => {
    const outgoing = request({
      port: server.port,
      host: '127.0.0.1',
      agent,
      method: 'POST',
      path: '/?tokens=1&silent',
      headers,
    });
    outgoing.end();
    const [response] = await once(outgoing, 'response');
    response.resume();
    return outgoing;
  };
  const all = await Promise.all(Array.from({ length: 20 }, () => open({ 'Idempotency-Key': 'warm' })));
  const before = await server.usage();
  for (let at = 0; at < readers; at++) all.push(await open({ 'Idempotency-Key': 'k' }));
  await sleep(500);
  const after = await server.usage();
  for (const one of all) one.destroy();
  await server.stop();
  return (after.heap - before.heap) / readers;
}

/** The largest tested number of answers at once with a 99th percentile under 50 ms. */
async function measureMost(kind, redisUrl, redis) {
  let most = 0;
  for (const answers of [1000, 1500, 2000, 3000, 4000]) {
    const { p99 } = await measureLoad(kind, redisUrl, redis, answers, 5);
    if (p99 > 50) break;
    most = answers;
  }
  return most;
}

async function startRedis() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  const server = spawn('redis-server', ['--port', port, '--bind', '127.0.0.1', '--save', ''], {
    stdio: 'ignore',
  });
  await once(server, 'spawn');
  return { url: `redis://127.0.0.1:${port}`, stop: () => server.kill() };
}

const server = await startRedis();
const redis = await createClient({ url: server.url })
  .on('error', () => {})
  .connect();
const loads = Object.fromEntries(KINDS.map((kind) => [kind, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const kind of round % 2 ? KINDS.toReversed() : KINDS)
    loads[kind].push({
      ...(await measureLoad(kind, server.url, redis, ANSWERS, SECONDS)),
      ...(await measureWrites(kind, server.url, ANSWERS, SECONDS / 2)),
    });
}
const results = {};
for (const kind of KINDS) {
  const fields = Object.keys(loads[kind][0]);
  results[kind] = Object.fromEntries(
    fields.map((field) => [field, median(loads[kind].map((load) => load[field]))]),
  );
  if (kind.startsWith('relay')) Object.assign(results[kind], await measureResume(kind, server.url));
  if (kind !== 'resumable-stream') results[kind].idle = await measureIdle(kind, server.url);
  if (process.argv.includes('--most')) results[kind].most = await measureMost(kind, server.url, redis);
  console.error(kind, results[kind]);
}
redis.destroy();
server.stop();

const { median: base, p99: base99, cpu: baseCpu } = results.direct;
const rows = KINDS.map((kind) => {
  const { median, mean, p99, writeMedian, writeP99, cpu, commands, bytes, resume, idle, most } =
    results[kind];
  const cell = (value, digits = 2) => (value === undefined ? '' : value.toFixed(digits));
  return [
    kind,
    cell(median),
    cell(median - base),
    cell(mean),
    cell(p99),
    cell(p99 - base99),
    cell(writeMedian * 1000, 1),
    cell(writeP99 * 1000, 0),
    cell(cpu, 1),
    cell(cpu / baseCpu),
    kind.includes('direct') || kind.includes('memory') || kind.includes('sse') ? '' : cell(commands),
    kind.includes('direct') || kind.includes('memory') || kind.includes('sse') ? '' : cell(bytes, 0),
    cell(resume, 1),
    idle === undefined ? '' : cell(idle / 1000, 1),
    most === undefined ? '' : `${most}`,
  ];
});
const head = [
  `${ANSWERS} answers at once`,
  'median ms',
  'added',
  'mean ms',
  '99 % ms',
  'added',
  'µs to the socket, median',
  '99 %',
  'µs CPU an event',
  'times direct',
  'Redis commands',
  'bytes an event',
  'ms to resume 100 kB',
  'kB an idle reader',
  'most answers',
];
for (const row of [head, head.map(() => '---'), ...rows]) console.log(`| ${row.join(' | ')} |`);

const failures = [];
const require = (isTrue, what) => isTrue || failures.push(what);
const { 'relay, memory': memory, 'relay, Redis': stored, 'resumable-stream': peer } = results;
require(memory.median - base < 1, 'the relay adds 1 ms or more');
require(stored.median - base < 3, 'the relay over Redis adds 3 ms or more');
require(memory.cpu < peer.cpu, 'resumable-stream takes less processor time');
require(memory.writeMedian < peer.writeMedian, 'resumable-stream is faster from the model to the socket');
for (const failure of failures) console.error(failure);
if (failures.length > 0) process.exitCode = 1;
writeFileSync(
  'bench-relay.json',
  JSON.stringify({ node: process.version, answers: ANSWERS, results }, undefined, 2),
);

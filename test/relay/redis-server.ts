/** Starts `redis-server` for the tests, on a free port of loopback. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasRedis: boolean = spawnSync('redis-server', ['--version']).status === 0;

if (!hasRedis)
  console.warn(
    'The tests of redisStore are skipped: there is no redis-server. On Debian: apt-get install redis-server',
  );

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Kills the server. Its data is lost, unless it has a log on disk. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A free port below 55,536: the bus of a cluster uses the port 10,000 above it. */
async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    if (port < 55_536) return port;
  }
}

/** @param args More arguments of `redis-server`, e.g. `--appendonly yes`. */
export async function startRedis(...args: string[]): Promise<RedisServer> {
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'relay-redis-'));
  let server: ChildProcess | undefined;
  async function start(): Promise<void> {
    server = spawn(
      'redis-server',
      ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', dir, ...args],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let log = '';
    for await (const text of server.stdout!.setEncoding('utf8')) {
      log += text;
      if (/Ready to accept connections/i.test(log)) break;
    }
    // Leaving the loop destroys the pipe, which Redis does not need.
    if (!/Ready to accept/i.test(log)) throw new Error(`redis-server did not start:\n${log}`);
  }
  async function kill(): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill,
    start,
    async stop() {
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Starts a cluster of three masters. @returns Their URLs, and a function that stops them */
export async function startRedisCluster(): Promise<{ urls: readonly string[]; stop(): Promise<void> }> {
  const servers: RedisServer[] = [];
  while (servers.length < 3) servers.push(await startRedis('--cluster-enabled', 'yes'));
  const addresses = servers.map(({ port }) => `127.0.0.1:${port}`);
  const { status, stdout } = spawnSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The cluster was not made:\n${stdout}`);
  return {
    urls: servers.map(({ url }) => url),
    async stop() {
      for (const server of servers) await server.stop();
    },
  };
}

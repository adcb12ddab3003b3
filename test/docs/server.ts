/** Runs the servers that the README and the pages of `docs/` show. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A free port of loopback in place of the one that the script names. */
const ON_FREE_PORT = `
const { Server } = require('node:net');
const { listen } = Server.prototype;
Server.prototype.listen = function (given, ...rest) {
  this.once('listening', () => console.log('port ' + this.address().port));
  const port = typeof given === 'object' ? { ...given, port: 0, host: '127.0.0.1' } : 0;
  return listen.call(this, port, ...rest);
};`;

export interface RunningServer {
  readonly port: number;
  readonly origin: string;
  readonly isRunning: () => boolean;
  stop(): Promise<void>;
}

/**
 * Runs a script that listens, in a folder of its own, which finds the packages of the project, `teleprinter` included.
 *
 * @param baseURL Of the model.
 * @param files What is beside the script, by name.
 */
export async function startServer(
  code: string,
  baseURL: string,
  files: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  // Not under `node_modules`, so that `teleprinter` is found by its own name.
  mkdirSync('.cache', { recursive: true });
  const folder = mkdtempSync('.cache/server-');
  for (const [name, content] of Object.entries({ 'server.mjs': code, 'port.cjs': ON_FREE_PORT, ...files }))
    writeFileSync(join(folder, name), content);
  const running = spawn(process.execPath, ['--require', './port.cjs', 'server.mjs'], {
    cwd: folder,
    env: { ...process.env, OPENAI_API_KEY: 'none', OPENAI_BASE_URL: baseURL },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const isRunning = (): boolean => running.exitCode === null && running.signalCode === null;
  let output = '';
  for await (const text of running.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    output += text as string;
    if (/port \d+\n/.test(output)) break;
  }
  running.stdout.resume();
  const port = Number(/port (\d+)/.exec(output)?.[1]);
  if (!port) throw new Error(`The server ended before it listened. It said: ${output}`);
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    isRunning,
    async stop() {
      running.kill();
      if (isRunning()) await once(running, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
}

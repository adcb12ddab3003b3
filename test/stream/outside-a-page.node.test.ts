import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serveOn } from '../server/client.ts';
import { startTestServer } from '../server/server.ts';
import { end, endEvent, sse } from '../server/script.ts';

test('everything imports where there is no window', async () => {
  const entries = ['.', './core', './typewriter', './element', './eventsource', './fetch-event-source'].map(
    (entry) => entry.replace('.', 'teleprinter'),
  );
  const script = `const modules = await Promise.all(${JSON.stringify(entries)}.map((entry) => import(entry)));
    console.log(modules.map((module) => Object.keys(module).length > 0).join());`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(stdout.trim()).toBe('true,true,true,true,true,true');
});

test('what only development builds say is in no other build', () => {
  const warnings = /whoever opens the page can read it|holds them back/;
  const says = (folder: string): boolean =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js') && !file.startsWith('development'))
      .some((file) => warnings.test(readFileSync(join(folder, file), 'utf8')));
  expect([says('dist'), says('dist/development')]).toEqual([false, true]);
});

test('a stream works in Node, on fetch', async () => {
  const { stream } = await import('../../src/core.ts');
  const server = await startTestServer();
  try {
    const { url } = await serveOn(server.url, [sse('hel'), sse('lo'), endEvent, end]);
    let transport;
    const { outcome, text } = await stream(url, { onOpen: (open) => ({ transport } = open) }).result;
    expect({ outcome, text, transport }).toEqual({ outcome: 'complete', text: 'hello', transport: 'fetch' });
  } finally {
    await server.stop();
  }
});

import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { shareOf } from '../share.ts';
import { listen } from '../../demo/listen.mjs';
import { startModel } from '../../demo/model.mjs';
import { startDemo } from '../../demo/server.mjs';
import { startPlainServer, startReadmeServer } from './readme-server.ts';

let model: Awaited<ReturnType<typeof startModel>>;
/** A provider that fails with a message that visitors must not see. */
let failing: Awaited<ReturnType<typeof listen>>;
const SECRET = 'The key sk-proj-1234 of organisation org-5678 is over its quota.';

beforeAll(async () => {
  // The demo logs the errors that these tests cause.
  vi.spyOn(console, 'error').mockImplementation(() => {});
  model = await startModel({ tokenDelay: 1 });
  failing = await listen(
    (_, response) => {
      response.writeHead(400, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ error: { message: SECRET, type: 'insufficient_quota' } }));
    },
    0,
    '127.0.0.1',
  );
});
afterAll(async () => {
  await model.stop();
  await failing.stop();
});

interface Running {
  readonly port: number;
  readonly isRunning: () => boolean;
  stop(): Promise<void>;
}

async function startDemoServer(baseURL: string): Promise<Running> {
  const openai = new OpenAI({ apiKey: 'none', baseURL, maxRetries: 0 });
  const { url, stop } = await startDemo({ port: 0, openai, model: 'test', patience: 100 });
  return { port: Number(new URL(url).port), isRunning: () => true, stop };
}

const servers = [
  { name: 'the demo', start: startDemoServer },
  { name: "the README's server", start: startReadmeServer },
  { name: 'the server without a relay', start: startPlainServer },
];

/** The status line of the response to these bytes; empty if the server closes the connection. */
async function statusOf(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(bytes);
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk;
    socket.destroy();
  });
  await once(socket, 'close');
  return answer.split('\r\n')[0]!;
}

/** Sends a POST; returns the response, and how many bytes of the body were sent. */
async function post(port: number, path: string, body: Iterable<string>) {
  const outgoing = request({ host: '127.0.0.1', port, path, method: 'POST' });
  let response: IncomingMessage | undefined;
  outgoing.on('error', () => {});
  let text = '';
  outgoing.on('response', (received) => {
    response = received.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    response.on('error', () => {});
  });
  const closed = new Promise((resolve) => outgoing.on('close', resolve));
  const responded = new Promise((resolve) => outgoing.on('response', resolve));
  let sent = 0;
  for (const piece of body) {
    if (outgoing.destroyed || response) break;
    sent += piece.length;
    if (!outgoing.write(piece))
      await Promise.race([once(outgoing, 'drain').catch(() => {}), closed, responded]);
    // A server that reads as fast as this writes drains the request within the same turn, in which no response is read.
    await setImmediate();
  }
  outgoing.end();
  await Promise.race([closed, responded]);
  // A relay that has sent its headers reports an error as an event.
  if (response?.statusCode === 200) await Promise.race([closed, once(response, 'end')]);
  outgoing.destroy();
  return { status: response?.statusCode, sent, text };
}

function* endlessly(): Generator<string> {
  yield '{"prompt":"';
  for (let pieces = 0; pieces < 2000; pieces++) yield 'x'.repeat(16_384);
}

describe.each(servers)('$name', ({ start }) => {
  let server: Running;
  beforeAll(async () => {
    server = await start(model.baseURL);
  });
  afterAll(() => server.stop());

  /** Asserts that the server still answers correctly. */
  async function expectAnswer(): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${server.port}/api/chat`, {
      method: 'POST',
      body: '{"prompt":"tea"}',
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let received = '';
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      received += piece.value;
      if (received.includes('data: {"id":"chatcmpl')) break;
    }
    expect(received).toContain('data: {"id":"chatcmpl');
    await reader.cancel();
    expect(server.isRunning()).toBe(true);
  }

  const lines = [
    'GET //',
    'GET ///',
    'GET //:99999',
    'GET /%',
    'GET /%00',
    'GET /%2e%2e/%2e%2e/etc/passwd',
    'GET /api/replay/%E0%A4%A',
    'GET /api/chat?prompt=%',
    'GET http://[',
    'GET http://x:y@z/api/replay/',
    'GET mailto:x',
    'GET x',
    'OPTIONS *',
    'HEAD //',
    'CONNECT //',
    'GET /\\',
    `GET /${'a'.repeat(60_000)}`,
  ];
  test.each(shareOf(lines, 20))('survives %s', async (line) => {
    await statusOf(server.port, `${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    await expectAnswer();
  });

  const hosts = ['[', ':', ':80', 'x:99999', 'x y', 'x/y', '\u00e9', '', 'x:y@z', '__proto__'];
  test.each(shareOf(hosts, 20))('survives the host %s', async (host) => {
    await statusOf(server.port, `GET /api HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    await expectAnswer();
  });

  test.each(['', '{', 'null', '7', '[]', '"x"', '{"prompt":{}}', '{"prompt":1}', '\0', '{"__proto__":null}'])(
    'answers the body %s with a status',
    async (body) => {
      const { status } = await post(server.port, '/api/chat', [body]);
      expect(status).toBeTypeOf('number');
      await expectAnswer();
    },
  );

  test('responds after a bounded part of an endless body', async () => {
    const { status = 413, sent, text } = await post(server.port, '/api/chat', endlessly());
    expect(status >= 400 || text.includes('event: error\n')).toBe(true);
    expect(text).not.toContain('event: end\n');
    expect(sent).toBeLessThan(20_000_000);
    await expectAnswer();
  });

  test('survives a client that disconnects in mid-body, and one in mid-answer', async () => {
    const half = 'POST /api/chat HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"prompt":';
    const leaver = connect(server.port, '127.0.0.1');
    leaver.write(half);
    await once(leaver, 'connect');
    leaver.resetAndDestroy();
    const left = await fetch(`http://127.0.0.1:${server.port}/api/chat`, {
      method: 'POST',
      body: '{"prompt":"tea"}',
    });
    await left.body!.getReader().cancel();
    await expectAnswer();
  });

  test("does not show the provider's error message to visitors", async () => {
    const withoutModel = await start(`http://127.0.0.1:${failing.port}/v1`);
    onTestFinished(() => withoutModel.stop());
    const response = await fetch(`http://127.0.0.1:${withoutModel.port}/api/chat`, {
      method: 'POST',
      body: '{"prompt":"tea"}',
    });
    const text = `${JSON.stringify([...response.headers])} ${await response.text()}`;
    expect(text).not.toMatch(/sk-proj|org-|quota|stack/);
    expect(text).not.toContain('event: end');
    expect(withoutModel.isRunning()).toBe(true);
  });
});

describe('the demo', () => {
  test.each(['x', 'x:', ':', ':1', 'x:-1', 'x:1e9', '__proto__:1', 'constructor:0'])(
    'answers 410 to the event ID %s',
    async (id) => {
      const server = await startDemoServer(model.baseURL);
      onTestFinished(() => server.stop());
      const response = await fetch(`http://127.0.0.1:${server.port}/api/chat`, {
        headers: { 'Last-Event-ID': id },
      });
      expect(response.status).toBe(410);
    },
  );

  test.each(['-1', '1.5', '1e9', '99999', ''])('does not resume after event %s of an answer', async (at) => {
    const server = await startDemoServer(model.baseURL);
    onTestFinished(() => server.stop());
    const url = `http://127.0.0.1:${server.port}/api/chat`;
    const { body } = await fetch(url);
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    const { value = '' } = await reader.read();
    const [, name] = /^id: (.*):0\n/m.exec(value) ?? [];
    const response = await fetch(url, { headers: { 'Last-Event-ID': `${name}:${at}` } });
    expect(response.status).toBe(410);
    await reader.cancel();
  });
});

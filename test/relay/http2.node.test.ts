/** HTTP/2, and methods that only some clients send. */
import { once } from 'node:events';
import { createServer as createHttpServer, METHODS } from 'node:http';
import {
  connect as connectHttp2,
  createServer as createHttp2Server,
  type ClientHttp2Session,
} from 'node:http2';
import { connect, type AddressInfo, type Server } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createRelay,
  type NodeRequest,
  type NodeResponse,
  type Produce,
  type Relay,
} from '../../src/server.ts';
import { createModel } from './harness.ts';

/** The relay's handler, and how often it has failed and finished. */
function createHandler(relay: Relay, produce: Produce) {
  const counts = { failed: 0, finished: 0 };
  const handler = (request: NodeRequest, response: NodeResponse): void =>
    void relay.handleNode(request, response, produce).then(
      () => counts.finished++,
      () => counts.failed++,
    );
  return { handler, counts };
}

async function portOf(server: Pick<Server, 'listen' | 'address' | 'once' | 'close'>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server as Server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function openSession(relay: Relay, produce: Produce) {
  const { handler, counts } = createHandler(relay, produce);
  const session = connectHttp2(`http://127.0.0.1:${await portOf(createHttp2Server(handler))}`);
  onTestFinished(() => session.destroy());
  return { session, counts };
}

async function statusOf(session: ClientHttp2Session, method: string): Promise<number | undefined> {
  const request = session.request({ ':method': method, ':path': '/' }, { endStream: true });
  const [headers] = (await once(request, 'response')) as [{ ':status'?: number }];
  request.close();
  return headers[':status'];
}

describe('a method that a relay does not know gets a 405 (honojs/node-server#167)', () => {
  test('over HTTP/1', async () => {
    const { handler, counts } = createHandler(createRelay(), () => ['a']);
    const port = await portOf(createHttpServer(handler));
    const others = METHODS.filter((method) => !/^(GET|POST|DELETE|CONNECT)$/.test(method));
    for (const method of others) {
      const socket = connect(port, '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      socket.write(`${method} / HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n`);
      const [head] = (await once(socket.setEncoding('utf8'), 'data')) as [string];
      expect(`${method} ${head.slice(9, 12)}`).toBe(`${method} 405`);
    }
    expect(counts.failed).toBe(0);
  });

  test('over HTTP/2, where it may be any word', async () => {
    const { session, counts } = await openSession(createRelay(), () => ['a']);
    for (const method of ['TRACE', 'track', 'get', 'Post', 'head', 'HEAD', 'QUERY', '!#$'])
      expect(`${method} ${await statusOf(session, method)}`).toBe(`${method} 405`);
    expect(counts.failed).toBe(0);
  });
});

test.each([
  ['without an error', 0],
  ['as a cancellation', 8],
])('over HTTP/2, a client that resets its stream %s is noticed (nodejs/node#56374)', async (_, code) => {
  const model = createModel();
  const { session, counts } = await openSession(createRelay({ patience: 50 }), model.produce);
  const request = session.request({ ':method': 'POST', ':path': '/' }, { endStream: true });
  request.on('error', () => {}).pause();
  for (let at = 0; at < 100; at++) model.emit('x'.repeat(10_000));
  await once(request, 'response');
  await new Promise((resolve) => setTimeout(resolve, 100));
  request.close(code);
  await expect.poll(() => model.stopped).toBe(1);
  await expect.poll(() => counts.finished).toBe(1);
});

test('over HTTP/2, the request has the host that the client names', async () => {
  const { session } = await openSession(createRelay(), ({ request }) => [request.url]);
  const request = session.request({ ':authority': 'tea.example:8443', ':path': '/chat?cup=1' });
  let raw = '';
  for await (const text of request.setEncoding('utf8')) raw += text;
  expect(raw).toContain('data: http://tea.example:8443/chat?cup=1\n');
});

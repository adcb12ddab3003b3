import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoff } from '../../src/connection/backoff.ts';
import { createClient, stream, type StreamOptions } from '../../src/core.ts';

const URL = 'http://127.0.0.1/answer';
const EVENT_STREAM = { headers: { 'content-type': 'text/event-stream' } };

/** A `fetch` that answers each request by the next of these, and the last of these for ever, and keeps what was asked. */
function answering(...answers: (() => Response)[]) {
  const requests: { url: string; headers: Headers }[] = [];
  const fetch = async (input: unknown, init?: RequestInit): Promise<Response> => {
    requests.push({ url: String(input), headers: new Headers(init?.headers) });
    return answers[Math.min(requests.length, answers.length) - 1]!();
  };
  return { fetch: fetch as typeof globalThis.fetch, requests };
}

const events = (text: string) => () => new Response(text, EVENT_STREAM);

test('a delay is never negative, never over its bound, and its bound never shrinks', () => {
  const milliseconds = fc.double({ min: 0, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(
      fc.nat(2000),
      milliseconds,
      milliseconds,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (failures, delay, maxDelay, random) => {
        const waits = backoff(failures, delay, maxDelay, () => random);
        const bound = backoff(failures, delay, maxDelay, () => 1);
        expect(waits).toBeGreaterThanOrEqual(0);
        expect(waits).toBeLessThanOrEqual(bound);
        expect(bound).toBeLessThanOrEqual(maxDelay);
        expect(backoff(failures + 1, delay, maxDelay, () => 1)).toBeGreaterThanOrEqual(bound);
      },
    ),
  );
});

test('a call’s headers override the client’s by name, in upper or lower case, and no other is lost', async () => {
  const headers = fc.dictionary(
    fc.constantFrom('X-One', 'x-one', 'X-Two', 'accept', 'Authorization', 'x-three'),
    fc.stringMatching(/^[a-z\d]{1,8}$/),
  );
  await fc.assert(
    fc.asyncProperty(headers, headers, fc.boolean(), fc.boolean(), async (shared, own, lazily, lately) => {
      const { fetch, requests } = answering(events('event: end\ndata\n\n'));
      const client = createClient({ fetch, headers: lazily ? () => shared : shared });
      await client.stream(URL, { headers: lately ? async () => own : own }).result;
      const expected = new Headers({ accept: 'text/event-stream' });
      // An object with both X-One and x-one joins them, as Headers does.
      for (const each of [shared, own]) new Headers(each).forEach((value, name) => expected.set(name, value));
      expect([...requests[0]!.headers]).toEqual([...expected]);
    }),
  );
});

test('a base URL and a path are joined by one slash, and whole URLs stay as they are', async () => {
  const slashes = fc.constantFrom('', '/', '//');
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  await fc.assert(
    fc.asyncProperty(word, slashes, slashes, word, async (base, after, before, path) => {
      const { fetch, requests } = answering(events('event: end\ndata\n\n'));
      // Two slashes in front make a URL with a host of its own.
      const isWhole = before === '//';
      const client = createClient({ fetch, baseURL: `http://127.0.0.1/${base}${after}` });
      await client.stream(isWhole ? `http:${before}${path}/` : before + path).result;
      expect(requests[0]!.url).toBe(isWhole ? `http://${path}/` : `http://127.0.0.1/${base}/${path}`);
    }),
  );
});

const PERMANENT = [400, 401, 403, 404, 409, 410, 413, 422];
const REFUSALS = [429, 503, 529];
const TRANSIENT = [408, 425, 500, 502, 504];

test('a request that failed is repeated only if that is safe, and no more often than allowed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        status: fc.constantFrom('network', ...PERMANENT, ...REFUSALS, ...TRANSIENT),
        method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'),
        key: fc.boolean(),
        reconnect: fc.constantFrom('resume', 'always', 'never'),
        resume: fc.constantFrom(undefined, true, false),
        limit: fc.nat(3),
      }),
      async ({ status, method, key, reconnect, resume, limit }) => {
        const { fetch, requests } = answering(() => {
          if (typeof status === 'string') throw new TypeError('no network');
          return new Response('no', { status });
        });
        const retry = { limit, delay: 0, maxDelay: 0 };
        const options = { method, fetch, reconnect, resume, retry } as StreamOptions;
        const { outcome } = await stream(URL, { ...options, idempotencyKey: key }).result;
        const isSafe = ['GET', 'HEAD'].includes(method) || key || REFUSALS.includes(status as number);
        const isRepeated =
          !PERMANENT.includes(status as number) &&
          (reconnect === 'always' || (reconnect === 'resume' && isSafe));
        expect(outcome).toBe('failed');
        expect(requests).toHaveLength(1 + (isRepeated ? limit : 0));
      },
    ),
  );
});

test('an answer that has begun is requested again only from its last event ID', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        method: fc.constantFrom('GET', 'POST', 'PUT'),
        key: fc.boolean(),
        id: fc.constantFrom('', '7'),
        resume: fc.constantFrom(undefined, true, false),
        reconnect: fc.constantFrom('resume', 'never'),
      }),
      async ({ method, key, id, resume, reconnect }) => {
        const { fetch, requests } = answering(
          events(`${id && `id: ${id}\n`}data: a\n\n`),
          events('data: b\n\nevent: end\ndata\n\n'),
        );
        const options = {
          method,
          fetch,
          reconnect,
          resume,
          end: 'end',
          retry: { delay: 0 },
        } as StreamOptions;
        const { outcome, text } = await stream(URL, { ...options, idempotencyKey: key }).result;
        const isResumed = reconnect === 'resume' && id !== '' && (resume ?? method === 'GET');
        expect([outcome, text]).toEqual(isResumed ? ['complete', 'ab'] : ['truncated', 'a']);
        expect(requests.map(({ headers }) => headers.get('last-event-id'))).toEqual(
          isResumed ? [null, '7'] : [null],
        );
      },
    ),
  );
});

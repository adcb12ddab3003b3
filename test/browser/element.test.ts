import { afterEach, describe, expect, test } from 'vitest';
import '../../src/define.ts';
import type { StreamResult } from '../../src/core.ts';
import { serve } from '../server/client.ts';
import { answer, end, endEvent, gate, hang, sse } from '../server/script.ts';

const made: Element[] = [];

function add(attributes: Record<string, string>, content = ''): HTMLElementTagNameMap['tele-printer'] {
  const element = document.createElement('tele-printer');
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = content;
  document.body.append(element);
  made.push(element);
  return element;
}

afterEach(() => {
  for (const element of made.splice(0)) element.remove();
});

describe('<tele-printer>', () => {
  test('types the answer of its src, and fires what happens', async () => {
    const server = await serve([sse('hel'), sse('lo'), endEvent, end]);
    const element = add({ src: server.url }, 'Thinking…');
    expect(element.textContent).toBe('Thinking…');
    const events: unknown[] = [];
    for (const type of ['open', 'text', 'end', 'error']) {
      element.addEventListener(type, (event) => events.push([type, (event as CustomEvent).detail]));
    }
    await expect.poll(() => element.textContent).toBe('hello');
    await expect.poll(() => element.streaming).toBe(false);
    expect(events).toMatchObject([
      ['open', {}],
      ['text', { delta: 'hel', text: 'hel' }],
      ['text', { delta: 'lo', text: 'hello' }],
      ['end', { outcome: 'complete', text: 'hello' }],
    ]);
    expect(await element.result).toMatchObject({ outcome: 'complete' });
  });

  test('sends its attributes', async () => {
    const server = await serve([endEvent, end]);
    const element = add({ src: server.url, method: 'put', body: 'hi', headers: '{"X-Own":"yes"}' });
    await element.result;
    const [request] = await server.requests();
    expect(request).toMatchObject({ method: 'PUT', body: 'hi', headers: { 'x-own': 'yes' } });
  });

  test('waits with autostart="false", and takes any option of a stream', async () => {
    const server = await serve([sse('hello'), sse('', { event: 'fin' }), hang]);
    const element = add({ src: server.url, autostart: 'false', speed: '100000' });
    expect(element.result).toBeUndefined();
    element.options = { body: { prompt: 'hi' }, end: 'fin' };
    element.start();
    expect(((await element.result) as StreamResult).outcome).toBe('complete');
    expect((await server.requests())[0]).toMatchObject({ method: 'POST', body: '{"prompt":"hi"}' });
    await expect.poll(() => element.textContent).toBe('hello');
  });

  test('stops when it leaves the page, not when it moves', async () => {
    const server = await serve([sse('a'), gate('go'), sse('b'), hang]);
    const element = add({ src: server.url });
    const { result } = element;
    await expect.poll(() => element.textContent).toBe('a');
    const parent = document.createElement('section');
    document.body.append(parent);
    made.push(parent);
    parent.append(element);
    await server.open('go');
    await expect.poll(() => element.textContent).toBe('ab');
    expect(await server.requests()).toHaveLength(1);
    element.remove();
    expect(await result).toMatchObject({ outcome: 'stopped', text: 'ab' });
  });

  test('fires its events even where a callback of the options throws', async () => {
    const server = await serve([sse('hello'), endEvent, end]);
    const element = add({ src: server.url, autostart: 'false' });
    const original = globalThis.reportError;
    const reported: unknown[] = [];
    globalThis.reportError = (error) => void reported.push(error);
    element.options = {
      onText() {
        throw new Error('mine');
      },
    };
    const heard: unknown[] = [];
    element.addEventListener('text', (event) => heard.push((event as CustomEvent).detail));
    element.start();
    await element.result;
    globalThis.reportError = original;
    expect(heard).toEqual([{ delta: 'hello', text: 'hello' }]);
    expect(reported).toMatchObject([{ message: 'mine' }]);
  });

  test('finish() shows at once what has arrived', async () => {
    const server = await serve([sse('a long answer'), endEvent, end]);
    const element = add({ src: server.url, speed: '1' });
    await element.result;
    element.finish();
    expect(element.textContent).toBe('a long answer');
  });

  test('tells of a failure, and starts anew', async () => {
    const server = await serve(answer(401, 'text/plain', 'no'), [sse('yes'), endEvent, end]);
    const element = add({ src: server.url, method: 'POST' });
    const failure = new Promise((resolve) => element.addEventListener('error', resolve, { once: true }));
    expect(await failure).toMatchObject({ detail: { code: 'http', status: 401 } });
    element.start();
    await expect.poll(() => element.textContent).toBe('yes');
  });

  test('names an attribute that it cannot read', () => {
    const element = add({ src: '/', headers: 'X-Own: yes', autostart: 'false' });
    expect(() => element.start()).toThrow(expect.objectContaining({ code: 'options', option: 'headers' }));
    element.removeAttribute('src');
    expect(() => element.start()).toThrow(expect.objectContaining({ option: 'src' }));
  });
});

import { afterEach, describe, expect, test } from 'vitest';
import manifest from '../../custom-elements.json';
import '../../src/element.ts';
import type { StreamResult } from '../../src/core.ts';
import { serve } from '../server/client.ts';
import { answer, end, endEvent, gate, hang, sse } from '../server/script.ts';
import { shownIn } from './shown.ts';

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
  test('types the answer of its src, and dispatches its events', async () => {
    const server = await serve([sse('hel'), sse('lo'), endEvent, end]);
    const element = add({ src: server.url }, 'Thinking…');
    expect(shownIn(element)).toBe('Thinking…');
    const events: unknown[] = [];
    for (const type of ['open', 'text', 'end', 'error']) {
      element.addEventListener(type, (event) => events.push([type, (event as CustomEvent).detail]));
    }
    await expect.poll(() => shownIn(element)).toBe('hello');
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
    await expect.poll(() => shownIn(element)).toBe('hello');
  });

  test('stops when it is removed from the page, not when it is moved', async () => {
    const server = await serve([sse('a'), gate('go'), sse('b'), hang]);
    const element = add({ format: 'plain', src: server.url });
    const { result } = element;
    await expect.poll(() => shownIn(element)).toBe('a');
    const parent = document.createElement('section');
    document.body.append(parent);
    made.push(parent);
    parent.append(element);
    await server.open('go');
    await expect.poll(() => shownIn(element)).toBe('ab');
    expect(await server.requests()).toHaveLength(1);
    element.remove();
    expect(await result).toMatchObject({ outcome: 'stopped', text: 'ab' });
  });

  test('dispatches its events even if a callback of the options throws', async () => {
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

  test.each(['0', '-5', 'fast', ''])('takes speed="%s" as auto, as HTML falls back', async (speed) => {
    const server = await serve([sse('a long answer'), endEvent, end]);
    const element = add({ src: server.url, speed });
    await element.result;
    await expect.poll(() => shownIn(element)).toBe('a long answer');
  });

  test('finish() shows at once what has arrived', async () => {
    const server = await serve([sse('a long answer'), endEvent, end]);
    const element = add({ src: server.url, speed: '1' });
    await element.result;
    element.finish();
    expect(shownIn(element)).toBe('a long answer');
  });

  test('dispatches an error event on failure, and can start again', async () => {
    const server = await serve(answer(401, 'text/plain', 'no'), [sse('yes'), endEvent, end]);
    const element = add({ src: server.url, method: 'POST' });
    const failure = new Promise((resolve) => element.addEventListener('error', resolve, { once: true }));
    expect(await failure).toMatchObject({ detail: { code: 'http', status: 401 } });
    element.start();
    await expect.poll(() => shownIn(element)).toBe('yes');
  });

  test('names an attribute that it cannot read', () => {
    const element = add({ src: '/', headers: 'X-Own: yes', autostart: 'false' });
    expect(() => element.start()).toThrow(expect.objectContaining({ code: 'options', option: 'headers' }));
    element.removeAttribute('src');
    expect(() => element.start()).toThrow(expect.objectContaining({ option: 'src' }));
  });
});

describe('<tele-printer> as a part of a page', () => {
  const page = (html: string): HTMLElement => {
    const box = document.createElement('div');
    box.innerHTML = html;
    document.body.append(box);
    made.push(box);
    return box;
  };

  test('reflects its attributes as properties', () => {
    const element = add({ autostart: 'false' });
    const texts = [
      'src',
      'method',
      'body',
      'headers',
      'format',
      'credentials',
      'end',
      'speed',
      'for',
      'loading',
      'links',
      'images',
    ];
    for (const name of texts) {
      expect(element[name as 'src']).toBeNull();
      element[name as 'src'] = `own ${name}`;
      expect(element.getAttribute(name)).toBe(`own ${name}`);
      element[name as 'src'] = null;
      expect(element.hasAttribute(name)).toBe(false);
    }
    for (const name of ['follow', 'markdown'] as const) {
      element[name] = true;
      expect(element.hasAttribute(name)).toBe(true);
    }
  });

  test('shows markdown as its property and its attributes say', async () => {
    const answer = '![a](https://images.example/a.png) [b](tel:1) ~c~';
    const server = await serve([sse(answer), endEvent, end]);
    const element = add({
      src: server.url,
      markdown: '',
      images: 'https://images.example',
      autostart: 'false',
    });
    element.markdownOptions = { links: ['tel:'], singleTilde: true };
    element.start();
    await element.result;
    await expect.poll(() => element.querySelector('del')?.textContent).toBe('c');
    expect(element.querySelector('img')!.src).toBe('https://images.example/a.png');
    expect(element.querySelector('a')!.protocol).toBe('tel:');
  });

  test('takes lists as properties, as templates of frameworks set them', async () => {
    const server = await serve([
      sse('![a](https://a.example/1.png) [b](tel:1) [c](https://c.example)'),
      endEvent,
      end,
    ]);
    const element = document.createElement('tele-printer');
    Object.assign(element, {
      src: server.url,
      markdown: true,
      links: ['tel:', 'sms:'],
      images: ['https://a.example'],
    });
    page('').append(element);
    expect(element.links).toBe('tel: sms:');
    await expect.poll(() => element.matches(':state(done)')).toBe(true);
    expect(element.querySelector('img')!.src).toBe('https://a.example/1.png');
    expect(Array.from(element.querySelectorAll('a'), ({ href }) => href)).toEqual(['tel:1']);
  });

  test('has the members that custom-elements.json describes', () => {
    const [declaration] = manifest.modules[0]!.declarations;
    const element = add({ autostart: 'false' });
    for (const { fieldName } of declaration!.attributes) {
      if (fieldName) expect(fieldName in element).toBe(true);
    }
    for (const { name } of declaration!.members) expect(name in element).toBe(true);
    const own = new Set(declaration!.attributes.flatMap(({ fieldName }) => fieldName ?? []));
    const properties = Object.keys(Object.getPrototypeOf(element) as object);
    const members = new Set<string>(declaration!.members.map(({ name }) => name));
    expect(properties.filter((name) => !own.has(name) && !members.has(name))).toEqual([]);
    expect([...members]).toContain('markdownOptions');
  });

  test('sends one new request when its src and body change', async () => {
    const [first, second] = await Promise.all([
      serve([sse('one'), hang]),
      serve([sse('two'), endEvent, end]),
    ]);
    const element = add({ format: 'plain', src: first.url });
    await expect.poll(() => shownIn(element)).toBe('one');
    element.src = second.url;
    element.body = 'hi';
    await expect.poll(() => shownIn(element)).toBe('two');
    expect(await second.requests()).toMatchObject([{ method: 'POST', body: 'hi' }]);
    await expect.poll(async () => (await first.requests())[0]?.closed).toBe(true);
  });

  test('sends no request when it is moved after its answer', async () => {
    const server = await serve([sse('one'), endEvent, end]);
    const element = add({ src: server.url });
    await element.result;
    await expect.poll(() => element.streaming).toBe(false);
    page('<p></p>').append(element);
    await new Promise((resolve) => setTimeout(resolve));
    expect(shownIn(element)).toBe('one');
    expect(await server.requests()).toHaveLength(1);
  });

  test('keeps an answer that the server has rendered', async () => {
    const server = await serve([sse('again'), endEvent, end]);
    const box = page(
      `<tele-printer src="${server.url}" data-teleprinter="finished">Rendered.</tele-printer>`,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(shownIn(box.querySelector('tele-printer')!)).toBe('Rendered.');
    expect(await server.requests()).toHaveLength(0);
  });

  test('waits with loading="lazy" until the reader is near', async () => {
    const server = await serve([sse('one'), endEvent, end]);
    const box = page('<div style="height: 4000px"></div>');
    const element = document.createElement('tele-printer');
    element.setAttribute('src', server.url);
    element.setAttribute('loading', 'lazy');
    box.append(element);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await server.requests()).toHaveLength(0);
    element.scrollIntoView();
    await expect.poll(() => shownIn(element)).toBe('one');
    expect(await server.requests()).toHaveLength(1);
    scrollTo(0, 0);
  });

  test.each(['for', 'target'])('sends the fields of a form that is joined to it by `%s`', async (by) => {
    const server = await serve([sse('one'), endEvent, end]);
    const box = page(
      by === 'for'
        ? `<form id="ask"><input name="prompt" value="tea"><input name="tag" value="a"><input name="tag" value="b"><button name="go" value="1">Ask</button></form><tele-printer for="ask" src="${server.url}">Ask me.</tele-printer>`
        : `<form target="reply" action="${server.url}"><input name="prompt" value="tea"><input name="tag" value="a"><input name="tag" value="b"><button name="go" value="1">Ask</button></form><tele-printer id="reply">Ask me.</tele-printer>`,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await server.requests()).toHaveLength(0);
    box.querySelector('button')!.click();
    await expect.poll(() => shownIn(box.querySelector('tele-printer')!)).toBe('one');
    const [request] = await server.requests();
    expect(request).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(request!.body)).toEqual({ prompt: 'tea', tag: ['a', 'b'], go: '1' });
  });

  test.each([
    ['{"prompt": "tea"}', 'application/json', '{"prompt":"tea"}'],
    [' [1]', 'application/json', '[1]'],
    ['[tea]', 'text/plain;charset=UTF-8', '[tea]'],
    ['"tea"', 'text/plain;charset=UTF-8', '"tea"'],
    ['tea', 'text/plain;charset=UTF-8', 'tea'],
  ])('sends the text %s in its `body` as %s', async (text, type, body) => {
    const server = await serve([sse('one'), endEvent, end]);
    const element = add({ src: server.url, body: text });
    await expect.poll(() => shownIn(element)).toBe('one');
    expect(element.body).toBe(text);
    expect(await server.requests()).toMatchObject([{ headers: { 'content-type': type }, body }]);
  });

  test('offers a retry after a truncated answer, and keeps the text that had arrived', async () => {
    const server = await serve([sse('hel'), end], [sse('hello'), endEvent, end]);
    const element = add({ src: server.url, end: 'end', body: '{}' });
    await expect.poll(() => element.querySelector('[role=alert]')?.textContent).toContain('broke off');
    expect(shownIn(element)).toContain('hel');
    expect(element.matches(':state(failed)')).toBe(true);
    element.querySelector<HTMLElement>('[data-retry]')!.click();
    await expect.poll(() => shownIn(element)).toBe('hello');
    await expect.poll(() => element.matches(':state(done)')).toBe(true);
    expect(await server.requests()).toHaveLength(2);
  });

  test('shows the page’s own template when an answer fails', async () => {
    const server = await serve([sse('hel'), end], [sse('hello'), endEvent, end]);
    const box = page(
      `<tele-printer end="end" body="{}" src="${server.url}">Wait…<template data-failure><b>Oh no.</b> <a data-retry>Once more</a></template></tele-printer>`,
    );
    const element = box.querySelector('tele-printer')!;
    await expect.poll(() => element.querySelector('[role=alert] b')?.textContent).toBe('Oh no.');
    element.querySelector<HTMLElement>('[data-retry]')!.click();
    await expect.poll(() => shownIn(element)).toBe('hello');
  });

  test('shows markdown, from the first letter', async () => {
    const server = await serve([sse('# He'), gate('go'), sse('llo'), endEvent, end]);
    const element = add({ format: 'plain', src: server.url, markdown: '' });
    await expect.poll(() => element.querySelector('h1')?.textContent).toBe('He');
    expect(element.matches(':state(streaming)')).toBe(true);
    await server.open('go');
    await expect.poll(() => element.querySelector('h1')?.textContent).toBe('Hello');
  });

  test('detects the format, or uses the one in its attribute', async () => {
    const chunk = JSON.stringify({
      choices: [{ index: 0, delta: { content: 'hi' }, finish_reason: 'length' }],
    });
    const server = await serve([sse(chunk), end]);
    expect((await add({ src: server.url, body: '{}' }).result)?.outcome).toBe('length');
    expect((await add({ src: server.url, body: '{}', format: 'openaiChat' }).result)?.outcome).toBe('length');
    const plain = await add({ src: server.url, body: '{}', format: 'plain' }).result;
    expect(plain).toMatchObject({ outcome: 'complete', text: 'hi' });
  });
});

import { afterEach, describe, expect, test, vi } from 'vitest';
import '../../src/element.ts';
import { serve } from '../server/client.ts';
import { end, endEvent, gate, hang, sse } from '../server/script.ts';
import { aWhile, page } from './page.ts';
import { shownIn } from './shown.ts';

const printer = (box: ParentNode) => box.querySelector('tele-printer')!;
afterEach(() => void vi.restoreAllMocks());

describe('while an answer arrives', () => {
  const start = async (more = '') => {
    const server = await serve([sse('one '), gate('go'), sse('two'), endEvent, end]);
    const box = page(
      `<div><tele-printer format="plain" src="${server.url}" ${more}><i>wait</i></tele-printer></div><p></p>`,
    );
    await expect.poll(() => shownIn(printer(box))).toBe('one ');
    return { server, box, element: printer(box) };
  };
  const finish = async ({ server, element }: Awaited<ReturnType<typeof start>>) => {
    await server.open('go');
    await expect.poll(() => shownIn(element)).toBe('one two');
    expect(await element.result).toMatchObject({ outcome: 'complete', text: 'one two' });
    expect(await server.requests()).toHaveLength(1);
  };

  test.each<[string, (element: HTMLElement, box: HTMLElement) => void]>([
    [
      'sets an attribute to the same value',
      (element) => element.setAttribute('src', element.getAttribute('src')!),
    ],
    [
      'removes an attribute and sets it in the same tick',
      (element) => {
        const src = element.getAttribute('src')!;
        element.removeAttribute('src');
        element.setAttribute('src', src);
      },
    ],
    ['sets an attribute that makes no request', (element) => element.setAttribute('speed', '100')],
    ['empties it', (element) => (element.innerHTML = '')],
    ['replaces its children', (element) => element.replaceChildren('x', document.createElement('b'))],
    ['removes its own placeholder', (element) => element.querySelector('i')!.remove()],
    ['moves it to another parent', (element, box) => box.querySelector('p')!.append(element)],
    ['replaces its parent by it', (element, box) => box.querySelector('div')!.replaceWith(element)],
    [
      'takes it out and puts it back in the same tick',
      (element, box) => {
        element.remove();
        box.prepend(element);
      },
    ],
    ['hides it', (element) => (element.style.display = 'none')],
    ['normalizes its text', (element) => element.normalize()],
    [
      'wraps it',
      (element) => {
        const wrapper = document.createElement('section');
        element.replaceWith(wrapper);
        wrapper.append(element);
      },
    ],
  ])('the answer continues when the page %s', async (_, act) => {
    const world = await start();
    act(world.element, world.box);
    await aWhile();
    await finish(world);
  });

  test.each([
    ['method', 'PUT'],
    ['body', 'x'],
    ['headers', '{"X-A": "b"}'],
    ['credentials', 'include'],
  ])('setting %s sends a new request, and closes the first stream', async (name, value) => {
    const world = await start();
    world.element.setAttribute(name, value);
    await expect.poll(async () => (await world.server.requests()).length).toBe(2);
    await expect.poll(async () => (await world.server.requests())[0]!.closed).toBe(true);
    await aWhile();
    expect(await world.server.requests()).toHaveLength(2);
  });
});

test('a double click, Enter and requestSubmit() send one request, whatever the form', async () => {
  const server = await serve([sse('one'), hang]);
  for (const form of [
    '<form id="f" method="get"><input name="q" value="a"><button>Ask</button></form>',
    '<form id="f" method="post"><input name="submit" value="a"><input name="length" value="b"><button name="action" value="c">Ask</button></form>',
    '<form id="f"><fieldset data-busy><textarea name="q">a</textarea></fieldset><input type="submit" value="Ask"></form>',
    '<form id="f"><fieldset disabled><input name="no" value="a"></fieldset><input name="__proto__" value="a"><button>Ask</button></form>',
  ]) {
    const before = (await server.requests()).length;
    const box = page(`${form}<tele-printer format="plain" for="f" src="${server.url}"></tele-printer>`);
    const button = box.querySelector<HTMLElement>('button, [type=submit]')!;
    button.click();
    button.click();
    await expect.poll(() => shownIn(printer(box))).toBe('one');
    button.click();
    HTMLFormElement.prototype.requestSubmit.call(box.querySelector('form')!, button);
    await aWhile();
    expect((await server.requests()).length - before).toBe(1);
    box.remove();
  }
});

test('an element in a template sends a request only when it is in the page, and so does each copy', async () => {
  const server = await serve([sse('one'), endEvent, end]);
  const box = page(`<template><tele-printer format="plain" src="${server.url}"></tele-printer></template>`);
  await aWhile();
  expect(await server.requests()).toHaveLength(0);
  const { content } = box.querySelector('template')!;
  box.append(content.cloneNode(true), document.importNode(content, true));
  const [one, two] = box.querySelectorAll('tele-printer');
  await expect.poll(() => [shownIn(one!), shownIn(two!)]).toEqual(['one', 'one']);
  expect(await server.requests()).toHaveLength(2);
});

test('without a src, a submission is reported as an error of the page, and no request is sent', async () => {
  const errors: unknown[] = [];
  const onError = (event: ErrorEvent): void => {
    errors.push(event.error);
    event.preventDefault();
  };
  addEventListener('error', onError);
  const server = await serve([sse('one'), endEvent, end]);
  const box = page(`<form id="f"><button>Ask</button></form><tele-printer for="f"></tele-printer>`);
  box.querySelector('button')!.click();
  await aWhile();
  expect(errors).toEqual([expect.objectContaining({ name: 'OptionsError' })]);
  expect(await server.requests()).toHaveLength(0);
  // It sends a request once it has a source.
  printer(box).setAttribute('format', 'plain');
  printer(box).src = server.url;
  box.querySelector('button')!.click();
  await expect.poll(() => shownIn(printer(box))).toBe('one');
  removeEventListener('error', onError);
});

test('a body that a framework set too early, as the string form of an object, is never sent', async () => {
  const server = await serve([sse('one'), endEvent, end]);
  const element = printer(
    page(`<tele-printer src="${server.url}" body="[object Object]" autostart="false"></tele-printer>`),
  );
  expect(() => element.start()).toThrow(expect.objectContaining({ code: 'options', option: 'body' }));
  element.body = { prompt: 'tea' };
  element.start();
  await expect.poll(() => shownIn(element)).toBe('one');
  expect(await server.requests()).toMatchObject([{ body: '{"prompt":"tea"}' }]);
});

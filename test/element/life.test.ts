import { describe, expect, test, vi } from 'vitest';
import '../../src/element.ts';
import type { StreamOptions } from '../../src/core.ts';
import { TelePrinterElement } from '../../src/element.ts';
import { serve } from '../server/client.ts';
import { end, endEvent, gate, hang, sse } from '../server/script.ts';
import { aWhile, page } from './page.ts';
import { shownIn } from './shown.ts';

type Printer = HTMLElementTagNameMap['tele-printer'];
const printer = (box: Element): Printer => box.querySelector('tele-printer')!;
const answerOf = (element: Element): HTMLElement | null => element.querySelector(':scope > [slot=answer]');

describe('the children of the page', () => {
  test('are hidden from the first letter on, and never removed, moved or changed', async () => {
    const server = await serve(
      [gate('go'), sse('one'), endEvent, end],
      [gate('again'), sse('two'), endEvent, end],
    );
    const element = printer(page(`<tele-printer src="${server.url}">Thinking <b>hard</b>…</tele-printer>`));
    const children = [...element.childNodes];
    expect(shownIn(element)).toBe('Thinking hard…');
    await server.open('go');
    await expect.poll(() => shownIn(element)).toBe('one');
    await expect.poll(() => element.streaming).toBe(false);
    expect([...element.childNodes].slice(0, 3)).toEqual(children);
    element.start();
    expect(shownIn(element)).toBe('Thinking hard…');
    await server.open('again');
    await expect.poll(() => shownIn(element)).toBe('two');
    expect([...element.childNodes].slice(0, 3)).toEqual(children);
    expect(element.querySelector('b')!.outerHTML).toBe('<b>hard</b>');
  });

  test('may be replaced all at once while the answer stays', async () => {
    const server = await serve([sse('one'), gate('go'), sse(' more'), endEvent, end]);
    const element = printer(
      page(`<tele-printer format="plain" src="${server.url}">Thinking…</tele-printer>`),
    );
    await expect.poll(() => shownIn(element)).toBe('one');
    await expect.poll(() => answerOf(element)).not.toBeNull();
    element.textContent = 'Still thinking…';
    await server.open('go');
    await expect.poll(() => shownIn(element)).toBe('one more');
    expect(element.firstChild!.textContent).toBe('Still thinking…');
  });

  test.each([
    ['an empty answer', [endEvent, end], 'done'],
    [
      'tool calls alone',
      [
        sse(
          '{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}',
        ),
        sse('[DONE]'),
        end,
      ],
      'done',
    ],
  ] as const)('are hidden after %s', async (_, steps, state) => {
    const server = await serve([...steps]);
    const element = printer(page(`<tele-printer src="${server.url}" body="{}">Thinking…</tele-printer>`));
    await expect.poll(() => element.matches(`:state(${state})`)).toBe(true);
    expect(shownIn(element)).toBe('');
  });

  test('are hidden when it is stopped before the first letter', async () => {
    const server = await serve([hang]);
    const element = printer(page(`<tele-printer src="${server.url}">Thinking…</tele-printer>`));
    await expect.poll(() => server.requests()).toHaveLength(1);
    element.stop();
    await expect.poll(() => element.streaming).toBe(false);
    expect(shownIn(element)).toBe('');
  });
});

describe('the page’s styles', () => {
  test('apply to the answer', async () => {
    const server = await serve([sse('Use `let` in [it](https://example.com).'), endEvent, end]);
    const box = page(
      `<style>.chat tele-printer code { color: rgb(1, 2, 3) } tele-printer a { color: rgb(4, 5, 6) } tele-printer > [slot=answer] { font-size: 31px }</style>
      <div class="chat"><tele-printer src="${server.url}" markdown>…</tele-printer></div>`,
    );
    await expect.poll(() => box.querySelector('tele-printer code')?.textContent).toBe('let');
    expect(getComputedStyle(box.querySelector('code')!).color).toBe('rgb(1, 2, 3)');
    expect(getComputedStyle(box.querySelector('a')!).color).toBe('rgb(4, 5, 6)');
    expect(getComputedStyle(box.querySelector('code')!.parentElement!).fontSize).toBe('31px');
  });
});

describe('a change of the request', () => {
  test.each(['src', 'body', 'method', 'headers'])(
    'sends a new one when %s changes, also after the end',
    async (name) => {
      const server = await serve([sse('one'), endEvent, end], [sse('two'), endEvent, end]);
      const element = printer(
        page(`<tele-printer src="${server.url}" body="a" speed="100000"></tele-printer>`),
      );
      await expect.poll(() => element.matches(':state(done)')).toBe(true);
      const value = { src: `${server.url}?b`, body: 'b', method: 'PUT', headers: '{"X-B":"b"}' }[name]!;
      element.setAttribute(name, value);
      await expect.poll(() => shownIn(element)).toBe('two');
      await aWhile();
      expect(await server.requests()).toHaveLength(2);
    },
  );

  test('sends none when an attribute is set to the same value, or changed back at once', async () => {
    const server = await serve([sse('one'), endEvent, end]);
    const element = printer(page(`<tele-printer src="${server.url}" body="a"></tele-printer>`));
    await element.result;
    element.body = 'a';
    element.src = '/elsewhere';
    element.src = server.url;
    await aWhile();
    expect(await server.requests()).toHaveLength(1);
  });

  test('outside the page sends a new one when the element returns', async () => {
    const server = await serve([sse('one'), endEvent, end], [sse('two'), endEvent, end]);
    const box = page(`<tele-printer src="${server.url}" body="a"></tele-printer>`);
    const element = printer(box);
    await element.result;
    element.remove();
    element.body = 'b';
    await aWhile();
    box.append(element);
    await expect.poll(() => shownIn(element)).toBe('two');
  });

  test('stops the stream when src is removed', async () => {
    const server = await serve([sse('one'), hang]);
    const element = printer(page(`<tele-printer format="plain" src="${server.url}"></tele-printer>`));
    await expect.poll(() => shownIn(element)).toBe('one');
    element.removeAttribute('src');
    expect(await element.result).toMatchObject({ outcome: 'stopped' });
    await expect.poll(() => element.streaming).toBe(false);
    expect(shownIn(element)).toBe('one');
  });

  test('accepts objects as body and headers, and sends none for an equal body', async () => {
    const server = await serve([sse('one'), endEvent, end], [sse('two'), endEvent, end]);
    const element = document.createElement('tele-printer');
    element.body = { prompt: 'hi' };
    element.headers = { 'X-Own': 'yes' } as unknown as string;
    element.src = server.url;
    page('').append(element);
    await element.result;
    element.body = { prompt: 'hi' };
    await aWhile();
    element.body = { prompt: 'there' };
    await expect.poll(() => shownIn(element)).toBe('two');
    expect(await server.requests()).toMatchObject([
      {
        method: 'POST',
        body: '{"prompt":"hi"}',
        headers: { 'x-own': 'yes', 'content-type': 'application/json' },
      },
      { method: 'POST', body: '{"prompt":"there"}' },
    ]);
  });
});

describe('an answer that the server has rendered', () => {
  test('is kept, and a new request is sent for a new src', async () => {
    const server = await serve([sse('two'), endEvent, end]);
    const element = printer(
      page(`<tele-printer src="${server.url}" body="a" answered>Rendered.</tele-printer>`),
    );
    await aWhile();
    expect(shownIn(element)).toBe('Rendered.');
    expect(element.matches(':state(done)')).toBe(true);
    expect(await server.requests()).toHaveLength(0);
    element.body = 'b';
    await expect.poll(() => shownIn(element)).toBe('two');
    expect(element.firstChild!.textContent).toBe('Rendered.');
  });
});

describe('properties', () => {
  test('that were set before the element was defined are kept', async () => {
    const server = await serve([sse('one'), endEvent, end]);
    const name = 'tele-printer-later';
    const element = document.createElement(name) as Printer;
    const options: StreamOptions = { method: 'PUT' };
    Object.assign(element, {
      options,
      src: server.url,
      body: { prompt: 'hi' },
      caret: false,
      markdown: true,
    });
    page('').append(element);
    customElements.define(name, class extends TelePrinterElement {});
    expect(element.options).toBe(options);
    await element.result;
    expect(await server.requests()).toMatchObject([{ method: 'PUT', body: '{"prompt":"hi"}' }]);
    expect(element.getAttribute('caret')).toBe('false');
    expect(Object.keys(element)).toEqual([]);
  });

  test('that are set in the same task as it is connected apply', async () => {
    const server = await serve([endEvent, end]);
    const element = document.createElement('tele-printer');
    element.src = server.url;
    page('').append(element);
    element.options = { body: { prompt: 'hi' } };
    element.setAttribute('method', 'PUT');
    await element.result;
    expect(await server.requests()).toMatchObject([{ method: 'PUT', body: '{"prompt":"hi"}' }]);
  });

  test('accept what templates write: nothing, booleans and strings', () => {
    const element = document.createElement('tele-printer');
    Object.assign(element, {
      follow: '',
      markdown: 'false',
      caret: 'false',
      autostart: undefined,
      src: undefined,
      speed: 40,
    });
    expect(element).toMatchObject({
      follow: true,
      markdown: false,
      caret: false,
      autostart: true,
      src: null,
      speed: '40',
    });
    expect(element.hasAttribute('src')).toBe(false);
    // As React 18 does, and other frameworks if the element is not defined yet.
    for (const name of ['follow', 'markdown', 'answered']) element.setAttribute(name, 'false');
    expect(element).toMatchObject({ follow: false, markdown: false, answered: false });
  });

  test.each(['autostart', 'loading'])('may start a waiting element: %s', async (name) => {
    const server = await serve([sse('one'), endEvent, end]);
    const box = page(
      `<div style="height: 5000px"></div><tele-printer src="${server.url}" autostart="${name !== 'autostart'}" loading="lazy"></tele-printer>`,
    );
    if (name === 'autostart') printer(box).loading = 'eager';
    await aWhile();
    expect(await server.requests()).toHaveLength(0);
    if (name === 'autostart') printer(box).autostart = true;
    else printer(box).removeAttribute('loading');
    await expect.poll(() => shownIn(printer(box))).toBe('one');
    expect(await server.requests()).toHaveLength(1);
  });
});

describe('a page', () => {
  test('may copy it: the copy has the answer, and sends no request', async () => {
    const server = await serve([sse('one'), endEvent, end], [sse('two'), endEvent, end]);
    const box = page(`<tele-printer src="${server.url}" body="a">Thinking…</tele-printer>`);
    await expect.poll(() => printer(box).matches(':state(done)')).toBe(true);
    await expect.poll(() => answerOf(printer(box))).not.toBeNull();
    const copy = printer(box).cloneNode(true) as Printer;
    box.append(copy);
    await aWhile();
    expect(shownIn(copy)).toBe('one');
    expect(await server.requests()).toHaveLength(1);
    copy.body = 'b';
    await expect.poll(() => shownIn(copy)).toBe('two');
    expect(shownIn(printer(box))).toBe('one');
  });

  test('may copy one that is joined to a form, as Turbo caches pages', async () => {
    const server = await serve([sse('one'), endEvent, end], [sse('two'), endEvent, end]);
    const box = page(
      `<form id="copied"><button>Ask</button></form><tele-printer for="copied" src="${server.url}">Ask me.</tele-printer>`,
    );
    box.querySelector('button')!.click();
    await expect.poll(() => printer(box).matches(':state(done)')).toBe(true);
    await expect.poll(() => answerOf(printer(box))).not.toBeNull();
    const copy = printer(box).cloneNode(true) as Printer;
    printer(box).replaceWith(copy);
    await aWhile();
    expect(shownIn(copy)).toBe('one');
    box.querySelector('button')!.click();
    await expect.poll(() => shownIn(copy)).toBe('two');
  });

  test('may create it again from its own HTML, in the middle of its answer', async () => {
    const server = await serve([sse('one'), gate('go'), sse(' two'), endEvent, end]);
    const box = page('');
    box.innerHTML = `<tele-printer format="plain" src="${server.url}">Thinking…</tele-printer>`;
    const ends: unknown[] = [];
    printer(box).addEventListener('end', ({ detail }) => ends.push(detail.outcome));
    await expect.poll(() => answerOf(printer(box))?.textContent).toBe('one');
    for (let count = 0; count < 3; count++) {
      box.innerHTML += '<p>More.</p>';
      await aWhile();
    }
    expect(shownIn(printer(box))).toBe('one');
    await server.open('go');
    await expect.poll(() => shownIn(printer(box))).toBe('one two');
    expect(box.querySelectorAll('[slot=answer]')).toHaveLength(1);
    expect(await server.requests()).toHaveLength(1);
    // If the old one stays, the copy is an element of its own.
    const other = await serve([sse('one'), gate('go'), end], [sse('two'), hang]);
    printer(box).src = other.url;
    await expect.poll(() => shownIn(printer(box))).toBe('one');
    const copy = printer(box).cloneNode(true) as Printer;
    box.append(copy);
    await expect.poll(() => shownIn(copy)).toBe('two');
  });

  test.each(['for="ask"', 'id="out" autostart="false"'])(
    'may create it again in the middle of an answer to a form: %s',
    async (attributes) => {
      const server = await serve([sse('one'), gate('go'), sse(' two'), end], [sse('three'), hang]);
      const box = page(
        `<form id="ask" target="out" data-busy><input name="prompt" value="tea"><button>Ask</button></form><div><tele-printer format="plain" end="end" ${attributes} src="${server.url}"></tele-printer></div>`,
      );
      const button = box.querySelector('button')!;
      button.click();
      await expect.poll(() => shownIn(printer(box))).toBe('one');
      for (let count = 0; count < 2; count++) {
        box.querySelector('div')!.innerHTML += '<p>More.</p>';
        await aWhile();
      }
      expect(button.disabled).toBe(true);
      await server.open('go');
      await expect.poll(() => printer(box).matches(':state(failed)')).toBe(true);
      expect([answerOf(printer(box))?.textContent, button.disabled]).toEqual(['one two', false]);
      printer(box).querySelector<HTMLElement>('[data-retry]')!.click();
      await expect.poll(() => shownIn(printer(box))).toBe('three');
      expect((await server.requests()).map(({ body }) => body)).toEqual(Array(2).fill('{"prompt":"tea"}'));
    },
  );

  test('may morph it into HTML with other children, as Turbo and LiveView do', async () => {
    /** Morphs as libraries do: an old child becomes the new one at its index if their names and IDs are the same. */
    const morph = (from: Element, to: Element): void => {
      for (const [at, child] of [...to.children].entries()) {
        const old = from.children[at];
        if (old?.nodeName === child.nodeName && old.id === child.id) {
          for (const name of old.getAttributeNames()) old.removeAttribute(name);
          old.textContent = child.textContent;
        } else from.insertBefore(child.cloneNode(true), old ?? null);
      }
      while (from.children.length > to.children.length) from.lastElementChild!.remove();
    };
    const server = await serve([sse('one'), gate('go'), sse(' two'), endEvent, end]);
    const html = `<tele-printer format="plain" src="${server.url}"><i>Wait</i>`;
    const element = printer(page(`${html}</tele-printer>`));
    await expect.poll(() => answerOf(element)?.textContent).toBe('one');
    const { body } = new DOMParser().parseFromString(
      `${html}<div>Page</div><div>Page</div></tele-printer>`,
      'text/html',
    );
    morph(element, body.firstElementChild!);
    await server.open('go');
    await expect.poll(() => shownIn(element)).toBe('one two');
    expect(Array.from(element.children, ({ outerHTML }) => outerHTML).slice(0, 3)).toEqual([
      '<i>Wait</i>',
      '<div>Page</div>',
      '<div>Page</div>',
    ]);
  });

  test('may remove it for a while, in the middle of its answer: it requests it again', async () => {
    const server = await serve([sse('one'), hang], [sse('one'), sse(' two'), endEvent, end]);
    const box = page(`<tele-printer format="plain" src="${server.url}">Thinking…</tele-printer>`);
    const element = printer(box);
    await expect.poll(() => shownIn(element)).toBe('one');
    element.remove();
    await aWhile();
    box.append(element);
    await expect.poll(() => shownIn(element)).toBe('one two');
    element.remove();
    await aWhile();
    box.append(element);
    await aWhile();
    expect(await server.requests()).toHaveLength(2);
  });

  test('may remove it for some frames, as Turbo does with permanent elements: the answer continues', async () => {
    const server = await serve([sse('one'), gate('go'), sse(' two'), endEvent, end]);
    const box = page(`<tele-printer format="plain" src="${server.url}">Thinking…</tele-printer>`);
    const element = printer(box);
    await expect.poll(() => shownIn(element)).toBe('one');
    element.remove();
    await new Promise((resolve) => requestAnimationFrame(resolve));
    box.append(element);
    await aWhile();
    await server.open('go');
    await expect.poll(() => shownIn(element)).toBe('one two');
    expect(await server.requests()).toHaveLength(1);
  });

  test('may copy one that has failed: the copy has no dead retry button', async () => {
    const server = await serve([sse('cut'), end], [sse('one'), endEvent, end]);
    const box = page(`<tele-printer src="${server.url}" body="a">Thinking…</tele-printer>`);
    await expect.poll(() => printer(box).querySelector('[data-retry]')).not.toBeNull();
    const copy = printer(box).cloneNode(true) as Printer;
    box.append(copy);
    await expect.poll(() => copy.matches(':state(done)')).toBe(true);
    expect(shownIn(copy)).toBe('one');
  });

  test('may have been saved with its answers, which the parser reads after the start tags', async () => {
    const server = await serve([sse('one'), endEvent, end]);
    const element = printer(page(`<tele-printer src="${server.url}">Thinking…</tele-printer>`));
    await expect.poll(() => answerOf(element)?.textContent).toBe('one');
    element.append(answerOf(element)!.cloneNode(true));
    await aWhile();
    expect(shownIn(element)).toBe('one');
  });

  test('may remove the answer each time it comes back: the page does not freeze', async () => {
    const server = await serve([sse('one'), gate('go'), sse(' two'), endEvent, end]);
    const element = printer(page(`<tele-printer format="plain" src="${server.url}"></tele-printer>`));
    await expect.poll(() => answerOf(element)?.textContent).toBe('one');
    let removals = 0;
    const observer = new MutationObserver(() => {
      if (!answerOf(element) || removals >= 5000) return;
      removals++;
      answerOf(element)!.remove();
    });
    observer.observe(element, { childList: true });
    answerOf(element)!.remove();
    await aWhile();
    expect(removals).toBeLessThan(20);
    observer.disconnect();
    await server.open('go');
    await expect.poll(() => answerOf(element)?.textContent).toBe('one two');
  });

  test('may wrap the answer: it stays visible', async () => {
    const server = await serve([sse('one'), gate('go'), sse(' two'), endEvent, end]);
    const element = printer(page(`<tele-printer format="plain" src="${server.url}">…</tele-printer>`));
    await expect.poll(() => answerOf(element)?.textContent).toBe('one');
    const wrapper = document.createElement('div');
    element.append(wrapper);
    wrapper.append(answerOf(element)!);
    await server.open('go');
    await expect.poll(() => shownIn(element)).toBe('one two');
  });

  test('may remove it while its complete answer is typed: all of it is shown', async () => {
    const server = await serve([sse('one two'), endEvent, end]);
    const box = page(`<tele-printer src="${server.url}" speed="1"></tele-printer>`);
    const element = printer(box);
    element.addEventListener('end', () => setTimeout(() => element.remove()));
    await expect.poll(() => element.isConnected).toBe(false);
    await aWhile();
    box.append(element);
    await aWhile();
    expect(shownIn(element)).toBe('one two');
    expect(await server.requests()).toHaveLength(1);
  });

  test('may move it into another document, in the middle of its answer', async () => {
    const server = await serve([sse('one'), gate('go'), sse(' two'), endEvent, end]);
    const box = page(`<tele-printer format="plain" src="${server.url}"></tele-printer><iframe></iframe>`);
    const element = printer(box);
    await expect.poll(() => shownIn(element)).toBe('one');
    box.querySelector('iframe')!.contentDocument!.body.append(element);
    await server.open('go');
    await expect.poll(() => element.matches(':state(done)')).toBe(true);
    expect(element.shadowRoot!.querySelectorAll('slot')[0]!.style.display).toBe('none');
    expect(answerOf(element)?.textContent).toBe('one two');
    expect(await server.requests()).toHaveLength(1);
  });

  test('may move it into a shadow root, or another document: it looks as before', async () => {
    const server = await serve([sse('one'), endEvent, end]);
    const box = page(
      `<tele-printer src="${server.url}" markdown></tele-printer><section></section><iframe></iframe>`,
    );
    const element = printer(box);
    const lineHeight = (): string => {
      const paragraph = element.querySelector('p')!;
      return paragraph.ownerDocument.defaultView!.getComputedStyle(paragraph).lineHeight;
    };
    await expect.poll(() => element.matches(':state(done)')).toBe(true);
    const before = lineHeight();
    for (const place of [
      box.querySelector('section')!.attachShadow({ mode: 'open' }),
      box.querySelector('iframe')!.contentDocument!.body,
    ]) {
      place.append(element);
      expect(lineHeight()).toBe(before);
    }
  });

  test('may connect it twice before it is in its final place, as layout libraries do: it sends one request', async () => {
    const server = await serve([sse('one'), endEvent, end]);
    const box = page('<div hidden></div><section></section>');
    const element = document.createElement('tele-printer');
    element.src = server.url;
    box.querySelector('div')!.append(element);
    element.remove();
    box.querySelector('div')!.append(element);
    await Promise.resolve();
    box.querySelector('section')!.append(element);
    await expect.poll(() => shownIn(element)).toBe('one');
    expect(await server.requests()).toHaveLength(1);
  });

  test.skipIf(!('moveBefore' in Element.prototype))(
    'may move it with moveBefore(), in the middle of its answer',
    async () => {
      const server = await serve([sse('one'), gate('go'), sse(' two'), endEvent, end]);
      const box = page(`<tele-printer format="plain" src="${server.url}"></tele-printer><section></section>`);
      const element = printer(box);
      await expect.poll(() => shownIn(element)).toBe('one');
      const section = box.querySelector('section') as unknown as {
        moveBefore(node: Node, before: Node | null): void;
      };
      section.moveBefore(element, null);
      await server.open('go');
      await expect.poll(() => shownIn(element)).toBe('one two');
      expect(await server.requests()).toHaveLength(1);
    },
  );

  test('may reorder it among its siblings, in the middle of its answer', async () => {
    const server = await serve([sse('one'), gate('go'), sse(' two'), endEvent, end]);
    const box = page(`<tele-printer format="plain" src="${server.url}"></tele-printer><p>a</p><p>b</p>`);
    const element = printer(box);
    await expect.poll(() => shownIn(element)).toBe('one');
    for (const child of [...box.children].toReversed()) box.append(child);
    await server.open('go');
    await expect.poll(() => shownIn(element)).toBe('one two');
    expect(await server.requests()).toHaveLength(1);
  });

  test('may contain it in a shadow root', async () => {
    const server = await serve([sse('one'), endEvent, end]);
    const root = page('').attachShadow({ mode: 'open' });
    root.innerHTML = `<tele-printer src="${server.url}">Thinking…</tele-printer>`;
    await expect.poll(() => shownIn(root.querySelector('tele-printer')!)).toBe('one');
  });
});

test('the element starts at once with loading="lazy" without IntersectionObserver', async () => {
  const server = await serve([sse('one'), endEvent, end]);
  vi.stubGlobal('IntersectionObserver', undefined);
  const element = printer(page(`<tele-printer src="${server.url}" loading="lazy"></tele-printer>`));
  await expect.poll(() => shownIn(element)).toBe('one');
  vi.unstubAllGlobals();
});

test('an element without a box starts with loading="lazy" when its parent is near', async () => {
  const server = await serve([sse('one'), endEvent, end]);
  const element = printer(
    page(`<tele-printer src="${server.url}" loading="lazy" style="display: contents">…</tele-printer>`),
  );
  await expect.poll(() => shownIn(element)).toBe('one');
});

test('an element whose markdown view fails to load shows text, and logs a warning', async () => {
  const server = await serve([sse('**one**'), endEvent, end]);
  const { loadMarkdown } = TelePrinterElement;
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  for (const load of [undefined, () => Promise.reject(new Error('blocked'))]) {
    TelePrinterElement.loadMarkdown = load;
    const element = printer(page(`<tele-printer src="${server.url}" markdown></tele-printer>`));
    await expect.poll(() => element.matches(':state(done)')).toBe(true);
    expect(shownIn(element)).toBe('**one**');
  }
  // One warning for all elements.
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
  TelePrinterElement.loadMarkdown = loadMarkdown;
});

test('the element asks nothing in a page that the browser prerenders until the reader opens it', async () => {
  const server = await serve([sse('one'), endEvent, end]);
  Object.defineProperty(document, 'prerendering', { value: true, configurable: true });
  const element = printer(page(`<tele-printer src="${server.url}"></tele-printer>`));
  await aWhile();
  expect(await server.requests()).toHaveLength(0);
  Reflect.deleteProperty(document, 'prerendering');
  document.dispatchEvent(new Event('prerenderingchange'));
  await expect.poll(() => shownIn(element)).toBe('one');
  expect(await server.requests()).toHaveLength(1);
});

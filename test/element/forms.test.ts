import { expect, onTestFinished, test, vi } from 'vitest';
import '../../src/element.ts';
import { serve } from '../server/client.ts';
import { end, endEvent, gate, hang, sse } from '../server/script.ts';
import { aWhile, page } from './page.ts';
import { shownIn } from './shown.ts';

const printer = (box: ParentNode) => box.querySelector('tele-printer')!;
const field = '<input name="prompt" value="tea">';

test('a form is found by its own ID, whatever the names of its fields', async () => {
  const server = await serve([sse('one'), endEvent, end]);
  const names = ['id', 'target', 'action', 'getAttribute', 'querySelectorAll', 'elements'];
  const fields = names.map((name) => `<input name="${name}" value="x">`).join('');
  const box = page(
    `<form id="ask">${fields}<button>Ask</button></form><tele-printer for="ask" src="${server.url}"></tele-printer>`,
  );
  box.querySelector('button')!.click();
  await expect.poll(() => shownIn(printer(box))).toBe('one');
  const [request] = await server.requests();
  expect(JSON.parse(request!.body)).toEqual(Object.fromEntries(names.map((name) => [name, 'x'])));
});

test('a form may be in the shadow root of its element; a form outside is not joined', async () => {
  const server = await serve([sse('one'), endEvent, end]);
  const box = page(`<form id="ask">${field}</form><div></div>`);
  const root = box.querySelector('div')!.attachShadow({ mode: 'open' });
  root.innerHTML = `<form id="ask">${field}<button>Ask</button></form><tele-printer for="ask" src="${server.url}"></tele-printer>`;
  box.querySelector('form')!.addEventListener('submit', (event) => event.preventDefault());
  box.querySelector('form')!.requestSubmit();
  await aWhile();
  expect(await server.requests()).toHaveLength(0);
  root.querySelector('button')!.click();
  await expect.poll(() => shownIn(printer(root))).toBe('one');
});

test('controls with data-busy are disabled while the answer arrives, and the button keeps the focus', async () => {
  const server = await serve([gate('go'), sse('one'), endEvent, end]);
  const box = page(
    `<form id="ask">${field}<select data-busy></select><button data-busy>Ask</button></form><tele-printer for="ask" src="${server.url}"></tele-printer>`,
  );
  const button = box.querySelector('button')!;
  button.focus();
  button.click();
  expect([button.disabled, box.querySelector('select')!.disabled]).toEqual([true, true]);
  expect(box.querySelector('input')!.disabled).toBe(false);
  box.querySelector('form')!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
  await server.open('go');
  await expect.poll(() => printer(box).matches(':state(done)')).toBe(true);
  expect(button.disabled).toBe(false);
  expect(document.activeElement).toBe(button);
  const whole = page(
    `<form id="all" data-busy>${field}<button>Ask</button></form><tele-printer for="all" src="${server.url}"></tele-printer>`,
  );
  whole.querySelector('button')!.click();
  expect(whole.querySelector('button')!.disabled).toBe(true);
  printer(whole).stop();
  await expect.poll(() => whole.querySelector('button')!.disabled).toBe(false);
});

test('a second submission replaces the first', async () => {
  const server = await serve([sse('one'), hang], [sse('two'), endEvent, end], [sse('three'), endEvent, end]);
  const box = page(
    `<form id="ask">${field}</form><tele-printer format="plain" for="ask" src="${server.url}"></tele-printer>`,
  );
  const form = box.querySelector('form')!;
  form.requestSubmit();
  await expect.poll(() => shownIn(printer(box))).toBe('one');
  box.querySelector('input')!.value = 'coffee';
  form.requestSubmit();
  await expect.poll(() => printer(box).matches(':state(done)')).toBe(true);
  expect(shownIn(printer(box))).toBe('two');
  form.requestSubmit();
  await expect.poll(() => shownIn(printer(box))).toBe('three');
  const requests = await server.requests();
  expect(requests.map(({ body }) => body)).toEqual([
    '{"prompt":"tea"}',
    '{"prompt":"coffee"}',
    '{"prompt":"coffee"}',
  ]);
  await expect.poll(async () => (await server.requests())[0]!.closed).toBe(true);
});

test('files are sent as a form sends them', async () => {
  const server = await serve([sse('one'), endEvent, end]);
  const box = page(
    `<form id="ask">${field}<input type="file" name="file"></form><tele-printer for="ask" src="${server.url}"></tele-printer>`,
  );
  const files = new DataTransfer();
  files.items.add(new File(['# Tea'], 'tea.md', { type: 'text/markdown' }));
  box.querySelector<HTMLInputElement>('[type=file]')!.files = files.files;
  box.querySelector('form')!.requestSubmit();
  await expect.poll(() => shownIn(printer(box))).toBe('one');
  const [request] = await server.requests();
  expect(request!.headers['content-type']).toMatch(/^multipart\/form-data/);
  expect(request!.body).toContain('filename="tea.md"');
});

test.each([
  ['the form', '', 'method="get"', ''],
  ['the button', '', 'method="post"', 'formmethod="GET"'],
  ['the element', 'method="get"', '', ''],
])('the fields go into the query where %s has the method GET', async (_, ofElement, ofForm, ofButton) => {
  const server = await serve([sse('one'), endEvent, end]);
  const box = page(
    `<form id="ask" ${ofForm}>${field}<input name="tag" value="a b"><input name="tag" value="&"><button ${ofButton}>Ask</button></form><tele-printer for="ask" src="${server.url}?prompt=old&model=x#part" ${ofElement}></tele-printer>`,
  );
  box.querySelector('button')!.click();
  await expect.poll(() => shownIn(printer(box))).toBe('one');
  const [request] = await server.requests();
  expect(request).toMatchObject({ method: 'GET', body: '' });
  const { searchParams } = new URL(request!.url, server.url);
  expect([...searchParams]).toEqual([
    ['model', 'x'],
    ['prompt', 'tea'],
    ['tag', 'a b'],
    ['tag', '&'],
  ]);
});

test('a form with the method dialog closes it and sends a request; a button that closes it sends none', async () => {
  const server = await serve([sse('one'), endEvent, end]);
  const box = page(
    `<dialog><form id="ask" method="dialog">${field}<button formmethod="dialog">Cancel</button><button value="asked">Ask</button></form></dialog><tele-printer for="ask" src="${server.url}"></tele-printer>`,
  );
  const dialog = box.querySelector('dialog')!;
  const [cancel, ask] = dialog.querySelectorAll('button');
  for (const [button, count] of [
    [cancel, 0],
    [ask, 1],
  ] as const) {
    dialog.showModal();
    button!.click();
    await aWhile();
    expect(dialog.open).toBe(false);
    expect(await server.requests()).toHaveLength(count);
  }
  expect(dialog.returnValue).toBe('asked');
  expect((await server.requests())[0]!.body).toBe('{"prompt":"tea"}');
});

test('a form that the page has handled itself, or that is invalid, sends no request', async () => {
  const server = await serve([sse('one'), endEvent, end]);
  const box = page(
    `<form id="ask"><input name="prompt" required><button>Ask</button></form><tele-printer for="ask" src="${server.url}">Ask me.</tele-printer>`,
  );
  box.querySelector('button')!.click();
  box.querySelector('input')!.value = 'tea';
  box.querySelector('form')!.addEventListener('submit', (event) => event.preventDefault());
  box.querySelector('button')!.click();
  await aWhile();
  expect(await server.requests()).toHaveLength(0);
  expect(shownIn(printer(box))).toBe('Ask me.');
});

test('a double click sends one request: the same fields are not sent again while the answer arrives', async () => {
  const server = await serve(
    [gate('go'), sse('one'), endEvent, end],
    [sse('two'), endEvent, end],
    [sse('three'), hang],
  );
  const box = page(
    `<form id="ask">${field}<input type="file" name="file"><select name="how" data-busy><option>x</select><button>Ask</button><button name="why" value="so">Why</button></form><tele-printer format="plain" for="ask" src="${server.url}"></tele-printer>`,
  );
  const [ask, why] = box.querySelectorAll('button');
  ask!.click();
  ask!.click();
  await aWhile();
  ask!.click();
  expect(box.querySelector('select')!.disabled).toBe(true);
  await server.open('go');
  await expect.poll(() => printer(box).matches(':state(done)')).toBe(true);
  expect(shownIn(printer(box))).toBe('one');
  expect(await server.requests()).toHaveLength(1);
  expect(box.querySelector('select')!.disabled).toBe(false);
  // After the answer has ended, the same fields are a new question.
  ask!.click();
  await expect.poll(() => shownIn(printer(box))).toBe('two');
  await expect.poll(() => printer(box).matches(':state(done)')).toBe(true);
  // Another button, or a submission after stop(), is a new question.
  ask!.click();
  await expect.poll(async () => (await server.requests()).length).toBe(3);
  why!.click();
  await expect.poll(async () => (await server.requests()).length).toBe(4);
  printer(box).stop();
  why!.click();
  await expect.poll(async () => (await server.requests()).length).toBe(5);
});

test('a button outside its form submits it, and may name another target', async () => {
  const server = await serve([sse('one'), hang]);
  const names = ['form', 'closest', 'matches', 'getRootNode', 'contains'];
  const box = page(
    `<form id="far" target="other" data-busy>${field}${names.map((name) => `<input name="${name}">`).join('')}</form>
    <button form="far" formtarget="here" name="by" value="me">Ask</button><input type="image" form="far" alt="Ask"><button>Else</button>
    <tele-printer format="plain" id="here" src="${server.url}" autostart="false"></tele-printer>`,
  );
  const [ask, other] = box.querySelectorAll('button');
  ask!.click();
  await expect.poll(() => shownIn(printer(box))).toBe('one');
  expect(JSON.parse((await server.requests())[0]!.body)).toMatchObject({ prompt: 'tea', by: 'me' });
  expect([ask!.disabled, box.querySelector<HTMLInputElement>('[type=image]')!.disabled]).toEqual([
    true,
    true,
  ]);
  expect([other!.disabled, box.querySelector('input')!.disabled]).toEqual([false, false]);
  printer(box).stop();
  await expect.poll(() => ask!.disabled).toBe(false);
});

test('a double click sends one request even if the page resets the form after the first click', async () => {
  const server = await serve([sse('one'), hang]);
  const box = page(
    `<form id="ask">${field}<button type="button">Clear</button><button><b>Ask</b></button></form><tele-printer format="plain" for="ask" src="${server.url}"></tele-printer>`,
  );
  const form = box.querySelector('form')!;
  box.addEventListener('submit', () => setTimeout(() => (box.querySelector('input')!.value = '')));
  const click = (detail: number, element: Element = box.querySelector('b')!): boolean =>
    element.dispatchEvent(
      new MouseEvent('click', { bubbles: true, cancelable: true, composed: true, detail }),
    );
  click(1);
  await aWhile();
  expect(click(2)).toBe(false);
  await expect.poll(() => shownIn(printer(box))).toBe('one');
  expect((await server.requests()).map(({ body }) => body)).toEqual(['{"prompt":"tea"}']);
  // Other buttons belong to the page, and a later click sends a request.
  expect(click(2, form.querySelector('[type=button]')!)).toBe(true);
  click(1);
  await expect.poll(async () => (await server.requests()).length).toBe(2);
});

test('a form may be joined to several elements, which answer the same question', async () => {
  const server = await serve([sse('one'), hang], [sse('one'), hang]);
  const element = `<tele-printer format="plain" for="ask" src="${server.url}"></tele-printer>`;
  const box = page(
    `<form id="ask" data-busy><input name="prompt" value="tea" data-busy><button>Ask</button></form>${element}${element}`,
  );
  box.querySelector('button')!.click();
  for (const each of box.querySelectorAll('tele-printer')) await expect.poll(() => shownIn(each)).toBe('one');
  expect((await server.requests()).map(({ body }) => body)).toEqual(Array(2).fill('{"prompt":"tea"}'));
});

test('a form that is joined to several elements is busy until the last of their answers has ended', async () => {
  const first = await serve([sse('one'), gate('first'), endEvent, end], [sse('two'), endEvent, end]);
  const second = await serve([sse('one'), gate('second'), endEvent, end], [sse('two'), endEvent, end]);
  const box = page(
    `<form id="ask">${field}<select name="kind" data-busy><option>black<option>green</select><button data-busy>Ask</button></form>${[first, second].map(({ url }) => `<tele-printer format="plain" end="end" for="ask" src="${url}"></tele-printer>`).join('')}`,
  );
  const [one, two] = box.querySelectorAll('tele-printer');
  const button = box.querySelector('button')!;
  const select = box.querySelector('select')!;
  button.focus();
  button.click();
  await expect.poll(() => shownIn(two!)).toBe('one');
  await first.open('first');
  await expect.poll(() => one!.matches(':state(done)')).toBe(true);
  await aWhile();
  expect([button.disabled, select.disabled]).toEqual([true, true]);
  // Another question has all fields, though the controls are disabled.
  select.value = 'green';
  box.querySelector('form')!.requestSubmit();
  for (const each of [one!, two!]) await expect.poll(() => shownIn(each)).toBe('two');
  await expect.poll(() => [button.disabled, select.disabled]).toEqual([false, false]);
  expect(document.activeElement).toBe(button);
  for (const { requests } of [first, second])
    expect((await requests()).map(({ body }) => body)).toEqual(
      ['black', 'green'].map((kind) => JSON.stringify({ prompt: 'tea', kind })),
    );
});

test('a custom element of a component library can be the submitter of a form', async () => {
  const server = await serve([sse('one'), endEvent, end]);
  const box = page(
    `<form id="ask">${field}<my-button></my-button></form><tele-printer for="ask" src="${server.url}"></tele-printer>`,
  );
  const submitter = Object.assign(box.querySelector('my-button')!, { name: 'by', value: 'me' });
  box.addEventListener('submit', (event) => Object.defineProperty(event, 'submitter', { value: submitter }), {
    capture: true,
  });
  box.querySelector('form')!.requestSubmit();
  await expect.poll(() => shownIn(printer(box))).toBe('one');
  expect((await server.requests())[0]!.body).toBe('{"prompt":"tea","by":"me"}');
});

test('the value of the button is sent even if the FormData of the browser omits it', async () => {
  const server = await serve([sse('one'), endEvent, end]);
  const Whole = FormData;
  vi.stubGlobal('FormData', function (form: HTMLFormElement) {
    return new Whole(form);
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  const box = page(
    `<form id="ask">${field}<button name="by" value="me">Ask</button></form><tele-printer for="ask" src="${server.url}"></tele-printer>`,
  );
  box.querySelector('button')!.click();
  await expect.poll(() => shownIn(printer(box))).toBe('one');
  expect((await server.requests())[0]!.body).toBe('{"prompt":"tea","by":"me"}');
});

test('a question that could not be asked, as an option was wrong, can be asked again', async () => {
  const server = await serve([sse('one'), endEvent, end]);
  const uncaught = vi.fn((event: Event) => event.preventDefault());
  addEventListener('error', uncaught);
  onTestFinished(() => removeEventListener('error', uncaught));
  const box = page(
    `<form id="ask">${field}<button>Ask</button></form><tele-printer for="ask" format="none" src="${server.url}"></tele-printer>`,
  );
  box.querySelector('button')!.click();
  expect(uncaught).toHaveBeenCalledOnce();
  printer(box).format = 'plain';
  box.querySelector('button')!.click();
  await expect.poll(() => shownIn(printer(box))).toBe('one');
});

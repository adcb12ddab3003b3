import { expect, onTestFinished, test, vi } from 'vitest';
import '../../src/element.ts';
import { serve } from '../server/client.ts';
import { answer, end, endEvent, gate, sse } from '../server/script.ts';
import { page } from './page.ts';
import { shownIn } from './shown.ts';

const printer = (box: Element) => box.querySelector('tele-printer')!;
const alertOf = (element: Element): Element | null =>
  element.querySelector('[role=alert]') ?? element.shadowRoot!.querySelector('[role=alert]');
const cut = [sse('hel'), end];

test.each([
  ['a template', (template: HTMLElement) => template],
  [
    'a template whose children a framework has made',
    (template: HTMLElement) => {
      template.append((template as HTMLTemplateElement).content);
      return template;
    },
  ],
  [
    'any other hidden child',
    (template: HTMLElement) => {
      const child = document.createElement('div');
      child.hidden = true;
      child.dataset.failure = '';
      child.append((template as HTMLTemplateElement).content);
      return child;
    },
  ],
])('the failure notice shows the content of %s, even if it was added late', async (_, change) => {
  const server = await serve([sse('hel'), gate('go'), end], [sse('hello'), endEvent, end]);
  const box = page(
    `<tele-printer format="plain" src="${server.url}" body="{}" end="end">Wait…</tele-printer>`,
  );
  const element = printer(box);
  await expect.poll(() => shownIn(element)).toBe('hel');
  const holder = document.createElement('div');
  holder.innerHTML = '<template data-failure><b>Oh no.</b> <button data-retry>Once more</button></template>';
  element.append(change(holder.firstElementChild as HTMLElement));
  await server.open('go');
  await expect.poll(() => alertOf(element)?.textContent).toBe('Oh no. Once more');
  alertOf(element)!.querySelector<HTMLElement>('[data-retry]')!.click();
  await expect.poll(() => element.matches(':state(done)')).toBe(true);
  expect(alertOf(element)).toBeNull();
});

test('the notice names the error', async () => {
  const broken = await serve(cut);
  const refused = await serve(answer(401, 'text/plain', 'no'));
  const first = printer(page(`<tele-printer src="${broken.url}" body="{}" end="end"></tele-printer>`));
  const second = printer(page(`<tele-printer src="${refused.url}" body="{}"></tele-printer>`));
  await expect.poll(() => alertOf(first)?.textContent).toContain('The answer broke off.');
  await expect.poll(() => alertOf(second)?.textContent).toContain('The answer did not come.');
});

test('the console says why', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warn.mockRestore());
  const refused = await serve(answer(422, 'application/json', '{"detail":"prompt is required"}'));
  printer(page(`<tele-printer src="${refused.url}" body="{}"></tele-printer>`));
  await expect
    .poll(() => warn.mock.calls.flat())
    .toContain('<tele-printer>: The server answered 422: prompt is required');
});

test('the retry button keeps the focus, and sends one request', async () => {
  const server = await serve(cut, [gate('again'), end], [gate('third'), sse('hello'), endEvent, end]);
  const element = printer(page(`<tele-printer src="${server.url}" body="{}" end="end">Wait…</tele-printer>`));
  await expect.poll(() => element.matches(':state(failed)')).toBe(true);
  await expect.poll(() => element.querySelector('[role=alert]')).not.toBeNull();
  const button = element.querySelector<HTMLElement>('[data-retry]')!;
  const alert = element.querySelector('[role=alert]')!;
  button.focus();
  button.click();
  button.click();
  expect(document.activeElement).toBe(button);
  expect(button.getAttribute('aria-disabled')).toBe('true');
  const changes: unknown[] = [];
  new MutationObserver((records) => changes.push(...records)).observe(alert, { childList: true });
  await server.open('again');
  await expect.poll(() => element.matches(':state(failed)')).toBe(true);
  expect(document.activeElement).toBe(button);
  // The notice is announced again.
  expect(changes.length).toBeGreaterThan(0);
  button.click();
  await server.open('third');
  await expect.poll(() => element.matches(':state(done)')).toBe(true);
  // The focus is at the answer.
  expect(document.activeElement).toBe(element.querySelector('[slot=answer]'));
  expect(shownIn(element)).toBe('hello');
  expect(await server.requests()).toHaveLength(3);
});

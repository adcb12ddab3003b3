import { expect, test, vi } from 'vitest';
import { typewriter, type View } from '../../src/typewriter.ts';
import { markdown } from '../../src/typewriter/views/markdown/index.ts';

/** Everything that is reported while this runs. */
async function reported(run: (errors: readonly unknown[]) => Promise<void>): Promise<unknown[]> {
  const errors: unknown[] = [];
  const report = vi.spyOn(globalThis, 'reportError').mockImplementation((error) => void errors.push(error));
  await run(errors);
  report.mockRestore();
  return errors;
}

async function* pieces(): AsyncGenerator<string> {
  for (const piece of ['One. ', 'Two. ', 'Three.']) {
    yield piece;
    await new Promise(requestAnimationFrame);
  }
}

test.each<[string, (element: HTMLElement) => View]>([
  [
    'when it is made',
    () => {
      throw new Error('no');
    },
  ],
  [
    'with a piece of text',
    (element) => ({
      append(text) {
        if (text.includes('T')) throw new Error('no');
        element.append(text);
      },
    }),
  ],
])('a view that throws %s is replaced by text, reported once, and the answer continues', async (_, view) => {
  const element = document.createElement('div');
  document.body.append(element);
  const errors = await reported(
    () => typewriter(pieces(), element, { view, reducedMotion: 'ignore', speed: 1000 }).finished,
  );
  expect(errors).toEqual([new Error('no')]);
  expect(element.textContent).toBe('One. Two. Three.');
  element.remove();
});

test('an answer finishes even if its view throws at the end', async () => {
  const element = document.createElement('div');
  document.body.append(element);
  const view = (root: HTMLElement): View => ({
    append: (text) => root.append(text),
    end() {
      throw new Error('no');
    },
  });
  const errors = await reported(() => typewriter(pieces(), element, { view }).finished);
  expect(errors).toEqual([new Error('no')]);
  expect(element.textContent).toBe('One. Two. Three.');
  element.remove();
});

test('an answer finishes even if the words for screen readers cannot be read', async () => {
  const element = document.createElement('div');
  document.body.append(element);
  const view = (root: HTMLElement): View => ({
    append: (text) => root.append(text),
    takeWords() {
      throw new Error('no');
    },
  });
  const errors = await reported(async (soFar) => {
    await typewriter(pieces(), element, { view }).finished;
    // They are read at intervals, also after the end.
    await vi.waitFor(() => expect(soFar).not.toEqual([]), { timeout: 5000 });
  });
  expect(errors).toEqual([new Error('no')]);
  expect(element.textContent).toBe('One. Two. Three.');
  element.remove();
});

test.each([
  ['that was not called', markdown, 'Write { view: markdown() }.'],
  ['that is called with the element', () => undefined, 'Write { view: markdown() }.'],
  ['of another library', () => ({ write() {} }), 'no { append }'],
])('the error for a view %s says what to write, and the answer is shown', async (_, view, words) => {
  const element = document.createElement('div');
  const errors = await reported(() => typewriter('*One*', element, { view: view as never }).finished);
  expect(errors).toEqual([
    expect.objectContaining({ option: 'view', message: expect.stringContaining(words) }),
  ]);
  expect(element.textContent).toBe('*One*');
});

test('a view that is no function is an error at once', () => {
  const options = { view: 'markdown' as never };
  expect(() => typewriter('One', document.createElement('div'), options)).toThrow(
    'view is "markdown". It takes text() or markdown().',
  );
});

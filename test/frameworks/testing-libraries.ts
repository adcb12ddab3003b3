import * as react from '@testing-library/react';
import * as svelte from '@testing-library/svelte';
import * as vue from '@testing-library/vue';
import type { Component } from 'svelte';
import { createElement, StrictMode, type ReactElement } from 'react';
import { afterEach, describe, expect, test } from 'vitest';
import { defineComponent, h, type PropType } from 'vue';
import { openaiMessages } from '../../src/conversation.ts';
import { Typewriter, useConversation, useStream } from '../../src/react.ts';
import { Typewriter as VueTypewriter, useStream as useVueStream } from '../../src/vue.ts';
import { chunk, complaints, DONE, halves, wordsOf, type Answer } from './answers.ts';
import AnswerComponent from './Answer.svelte';

/** Longer than the default of the libraries, for busy machines. */
const PATIENT = { timeout: 10_000 };

/** The queries of a component test, by each testing library. */
interface Screen {
  findByText(text: string, options?: { selector: string }, wait?: { timeout: number }): Promise<HTMLElement>;
  getByRole(role: string, options: { name: string }): HTMLElement;
  unmount(): void;
}

function ReactAnswer({ input }: { input: Input }): ReactElement {
  const { text, state, outcome, stream, start, stop } = useStream(
    typeof input === 'string' ? input : undefined,
  );
  return createElement(
    'div',
    {},
    createElement('p', { id: 'text' }, text),
    createElement('p', { id: 'state' }, outcome ?? state),
    createElement(
      'button',
      { onClick: () => void (typeof input === 'string' ? start() : start(input())) },
      'Ask',
    ),
    createElement('button', { onClick: stop }, 'Stop'),
    createElement(Typewriter, { source: stream, as: 'section', speed: 1e6, caret: false }),
  );
}

const VueAnswer = defineComponent({
  props: { input: { type: [String, Function] as PropType<Input>, required: true } },
  setup({ input }) {
    const own = useVueStream(typeof input === 'string' ? input : undefined);
    const ask = (): Answer => (typeof input === 'string' ? own.start() : own.start(input()));
    return () =>
      h('div', [
        h('p', { id: 'text' }, own.text.value),
        h('p', { id: 'state' }, own.outcome.value ?? own.state.value),
        h('button', { onClick: ask }, 'Ask'),
        h('button', { onClick: own.stop }, 'Stop'),
        h(VueTypewriter, { source: own.stream.value, as: 'section', speed: 1e6, caret: false }),
      ]);
  },
});

type Input = string | (() => Response);
const LIBRARIES: Readonly<Record<string, (input: Input) => Screen>> = {
  react: (input) => react.render(createElement(StrictMode, {}, createElement(ReactAnswer, { input }))),
  vue: (input) => vue.render(VueAnswer as never, { props: { input } } as never),
  svelte(input) {
    const url = typeof input === 'string' ? input : input();
    const { unmount } = svelte.render(AnswerComponent as Component<{ url: string | Response }>, { url });
    return Object.assign(svelte.within(document.body), { unmount });
  },
};

/** Tests components as their users do, in a DOM without a browser. */
export function testingLibraries(dom: string): void {
  afterEach(() => {
    react.cleanup();
    vue.cleanup();
    svelte.cleanup();
    expect(complaints).toEqual([]);
  });

  describe.each(Object.entries(LIBRARIES))(`in ${dom}, @testing-library/%s`, (_, render) => {
    test('shows an answer from a server, and sends one request', async () => {
      const server = await halves();
      const screen = render(server.url);
      await screen.findByText('idle', { selector: '*' }, PATIENT);
      expect(await server.requests()).toHaveLength(0);
      screen.getByRole('button', { name: 'Ask' }).click();
      await screen.findByText('One.', { selector: 'section *' }, PATIENT);
      await server.open('rest');
      await screen.findByText('complete', { selector: '*' }, PATIENT);
      await screen.findByText('One. Two.', { selector: 'section *' }, PATIENT);
      await screen.findByText('One. Two.', { selector: '#text' }, PATIENT);
      expect(await server.requests()).toHaveLength(1);
    });

    test('stops, and closes the connection when the component is unmounted', async () => {
      const server = await halves();
      const screen = render(server.url);
      screen.getByRole('button', { name: 'Ask' }).click();
      await screen.findByText('One.', { selector: '#text' }, PATIENT);
      screen.getByRole('button', { name: 'Stop' }).click();
      await screen.findByText('stopped', { selector: '*' }, PATIENT);
      screen.getByRole('button', { name: 'Ask' }).click();
      await screen.findByText('open', { selector: '*' }, PATIENT);
      screen.unmount();
      await expect
        .poll(async () => (await server.requests()).map(({ closed }) => closed))
        .toEqual([true, true]);
    });

    test('needs no server if the test provides a Response', async () => {
      const input = (): Response =>
        new Response(chunk('One. ') + chunk('Two.') + DONE, {
          headers: { 'content-type': 'text/event-stream' },
        });
      const screen = render(input);
      screen.getByRole('button', { name: 'Ask' }).click();
      await screen.findByText('complete', { selector: '*' }, PATIENT);
      await screen.findByText('One. Two.', { selector: 'section *' }, PATIENT);
    });
  });

  test(`in ${dom}, a hook alone can be rendered`, async () => {
    const server = await halves();
    await server.open('rest');
    const { result } = react.renderHook(() =>
      useConversation({ input: server.url, request: openaiMessages() }),
    );
    await react.act(() => result.current.send('Why?'));
    expect(wordsOf(result.current)).toBe('Why? | One. Two.');
    expect(result.current.status).toBe('ready');
  });
}

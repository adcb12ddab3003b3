import { afterEach, beforeEach } from 'vitest';
import type { Conversation } from '../../src/conversation.ts';
import type { EventStream } from '../../src/index.ts';
import { serve, type Served } from '../server/client.ts';
import { end, gate, write } from '../server/script.ts';

export type Answer = EventStream<readonly string[]>;

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
export const chunk = (content: string): string =>
  event({ object: 'chat.completion.chunk', choices: [{ delta: { content } }] });
const FINISH = event({
  object: 'chat.completion.chunk',
  choices: [{ delta: {}, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
});
export const DONE = 'data: [DONE]\n\n';

/** Serves an answer in two halves, with a gate between them. */
export const halves = (): Promise<Served> =>
  serve([write(chunk('One. ')), gate('rest'), write(chunk('Two.') + FINISH + DONE), end]);

/** Serves an answer of `count` pieces without delay, with a gate in the middle. */
export function pieces(count: number): Promise<Served> {
  const letters = Array.from({ length: count }, (_, at) => write(chunk(`${at} `)));
  const half = count / 2;
  return serve([...letters.slice(0, half), gate('more'), ...letters.slice(half), write(DONE), end]);
}

/** The element into which the framework of a test renders. */
export let root: HTMLElement;
/** The warnings and errors that the framework has logged to the console in this test. */
export let complaints: string[];

const { error, warn } = console;
beforeEach(() => {
  root = document.createElement('div');
  document.body.append(root);
  complaints = [];
  console.error = console.warn = (...values: unknown[]) => void complaints.push(values.join(' '));
});
afterEach(() => {
  root.remove();
  Object.assign(console, { error, warn });
});

export const shown = (selector = '#answer'): string => root.querySelector(selector)?.textContent ?? '';

/** The text of each message of a conversation. */
export const wordsOf = ({ messages }: Pick<Conversation, 'messages'>): string =>
  messages
    .map(({ parts }) => parts.map((part) => (part.type === 'text' ? part.text : '')).join(''))
    .join(' | ');

/** Tests what the bindings share, where a framework differs from those that the other files test. */
import { expect, test } from 'vitest';
import { openaiMessages } from '../../src/conversation.ts';
import { conversationFor } from '../../src/frameworks/conversation.ts';
import { StreamStore } from '../../src/frameworks/stream-store.ts';
import { halves, wordsOf } from './answers.ts';

test('a component that is mounted again a microtask later keeps its answer, as at a hot reload of Preact', async () => {
  const server = await halves();
  const store = new StreamStore({ input: server.url, options: undefined });
  store.mount();
  const { result } = store.start();
  const chat = conversationFor(() => ({ input: server.url, request: openaiMessages() }));
  chat.mount();
  void chat.conversation.send('Why?');
  await expect.poll(() => store.getSnapshot().text).toBe('One. ');
  await expect.poll(() => wordsOf(chat.conversation.getSnapshot())).toBe('Why? | One. ');
  store.dispose();
  chat.dispose();
  // Preact calls the cleanup functions, and renders in the next microtask.
  await Promise.resolve();
  store.mount();
  chat.mount();
  await server.open('rest');
  expect(await result).toMatchObject({ outcome: 'complete', text: 'One. Two.' });
  await expect.poll(() => wordsOf(chat.conversation.getSnapshot())).toBe('Why? | One. Two.');
  expect(await server.requests()).toHaveLength(2);
});

import { answer } from './answer.ts';

// What the bundler sets, and Vite sets in pages alone.
Object.assign(globalThis, { DEVELOPMENT: true });

/** Serves as a dedicated worker and as a service worker. */
addEventListener('message', async ({ data: [streamUrl, feedUrl], ports: [port] }) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none
  port!.postMessage(await answer(streamUrl, feedUrl));
});

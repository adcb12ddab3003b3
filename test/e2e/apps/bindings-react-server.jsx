import { text } from 'node:stream/consumers';
import { PassThrough } from 'node:stream';
import { StrictMode } from 'react';
import { renderToPipeableStream, renderToString } from 'react-dom/server';
import { App } from './bindings-react-app.jsx';

const app = (
  <StrictMode>
    <App />
  </StrictMode>
);

export function render({ isPiped }) {
  // A suspended component makes the server send the content of its boundary later, in a script.
  globalThis.suspends = isPiped;
  if (!isPiped) return renderToString(app);
  return new Promise((resolve, reject) => {
    const { pipe } = renderToPipeableStream(app, {
      onShellReady: () => text(pipe(new PassThrough())).then(resolve, reject),
      onError: reject,
    });
  });
}

import { html, nothing, render } from 'lit';

/** The same page as in react-app.jsx. */
const app = (step) =>
  html`<main>
    <h1>Step ${step}</h1>
    <tele-printer
      id="first"
      src="/answer"
      .body=${step < 3 ? 'one' : 'two'}
      end="end"
      .markdown=${true}
      @end=${({ detail }) => (globalThis.ended = detail.outcome)}
    >
      ${step < 1 ? html`<em>Thinking…</em>` : nothing} ${step < 2 ? nothing : html`<b>Later</b>`}
      <template data-failure>Oh no. <button data-retry>Once more</button></template>
    </tele-printer>
    <tele-printer id="second" src="/answer" body="text" end="end"
      >${step < 1 ? 'Wait' : `Waited ${step}`}</tele-printer
    >
    ${step < 2 ? html`<p>Below</p>` : nothing}
  </main>`;

const root = document.getElementById('root');
globalThis.setStep = (step) => render(app(step), root);
globalThis.unmount = () => render(nothing, root);
globalThis.setStep(0);

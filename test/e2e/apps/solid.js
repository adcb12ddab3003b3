import { createSignal } from 'solid-js';
import html from 'solid-js/html';
import { render } from 'solid-js/web';

/** The same page as in react-app.jsx. */
function App() {
  const [step, setStep] = createSignal(0);
  globalThis.setStep = setStep;
  const onEnd = ({ detail }) => (globalThis.ended = detail.outcome);
  return html`<main>
    <h1>Step ${step}</h1>
    <tele-printer
      id="first"
      src="/answer"
      body=${() => (step() < 3 ? 'one' : 'two')}
      end="end"
      prop:markdown=${true}
      on:end=${onEnd}
    >
      ${() => (step() < 1 ? html`<em>Thinking…</em>` : null)}
      ${() => (step() < 2 ? null : html`<b>Later</b>`)}
      <div data-failure hidden>Oh no. <button data-retry>Once more</button></div>
    </tele-printer>
    <tele-printer id="second" src="/answer" body="text" end="end"
      >${() => (step() < 1 ? 'Wait' : `Waited ${step()}`)}</tele-printer
    >
    ${() => (step() < 2 ? html`<p>Below</p>` : null)}
  </main>`;
}

globalThis.unmount = render(App, document.getElementById('root'));

import { useEffect, useState } from 'react';

/** A React page whose element loses a child, then gets another text, then another question. */
export function App() {
  const [step, setStep] = useState(0);
  useEffect(() => {
    globalThis.setStep = setStep;
  }, []);
  return (
    <main>
      <h1>Step {step}</h1>
      <tele-printer
        id="first"
        src="/answer"
        body={step < 3 ? 'one' : 'two'}
        end="end"
        markdown
        onend={({ detail }) => (globalThis.ended = detail.outcome)}
      >
        {step < 1 ? <em>Thinking…</em> : null}
        {step < 2 ? null : <b>Later</b>}
        <div data-failure hidden>
          Oh no. <button data-retry>Once more</button>
        </div>
      </tele-printer>
      <tele-printer id="second" src="/answer" body="text" end="end">
        {step < 1 ? 'Wait' : `Waited ${step}`}
      </tele-printer>
      {step < 2 ? <p>Below</p> : null}
    </main>
  );
}

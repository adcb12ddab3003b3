'use client';

import { useEffect, useRef, useState } from 'react';
import 'teleprinter/element';

export function Answer() {
  const [question, setQuestion] = useState('one');
  const [outcome, setOutcome] = useState('');
  const element = useRef(null);
  // Not by `onend`: an answer may have ended before the page is hydrated.
  useEffect(() => {
    let isCurrent = true;
    void element.current.result.then(({ outcome }) => isCurrent && setOutcome(outcome));
    return () => (isCurrent = false);
  }, [question]);
  return (
    <section>
      <button onClick={() => setQuestion('two')}>Another</button>
      <tele-printer src="/api/answer" body={question} end="end" markdown ref={element}>
        {outcome ? null : <em>Thinking…</em>}
      </tele-printer>
      <output>{outcome}</output>
    </section>
  );
}

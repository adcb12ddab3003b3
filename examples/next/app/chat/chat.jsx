'use client';

import { useState } from 'react';
import { markdown } from 'teleprinter/markdown';
import { Typewriter, useStream } from 'teleprinter/react';

export function Chat() {
  const [prompt, setPrompt] = useState('How do I make tea?');
  const options = { body: { prompt }, end: 'end', resume: true, stop: true };
  const { stream, outcome, start, stop } = useStream('/api/chat', options);
  return (
    <form action={() => void start()}>
      <input
        aria-label="Question"
        value={prompt}
        onChange={(event) => setPrompt(event.target.value)}
        required
      />
      <button>Ask</button>
      <button type="button" onClick={stop}>
        Stop
      </button>
      <Typewriter source={stream} view={markdown()} follow />
      <p role="status">{outcome}</p>
    </form>
  );
}

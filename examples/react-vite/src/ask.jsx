import { useState } from 'react';
import { markdown } from 'teleprinter/markdown';
import { Typewriter, useStream } from 'teleprinter/react';

export function Ask() {
  const [prompt, setPrompt] = useState('How do I make tea?');
  const { stream, state, outcome, error, start, stop } = useStream('/api/chat', {
    body: { prompt },
    end: 'end',
  });
  const isBusy = stream !== undefined && state !== 'closed';
  return (
    <form action={() => void start()}>
      <input
        aria-label="Question"
        value={prompt}
        onChange={(event) => setPrompt(event.target.value)}
        required
      />
      {isBusy ? (
        <button type="button" onClick={stop}>
          Stop
        </button>
      ) : (
        <button>Ask</button>
      )}
      <Typewriter source={stream} view={markdown()} follow />
      <p role="status">{error?.message ?? outcome}</p>
    </form>
  );
}

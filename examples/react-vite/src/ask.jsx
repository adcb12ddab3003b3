import { useState } from 'react';
import { markdown } from 'teleprinter/markdown';
import { Typewriter, useStream } from 'teleprinter/react';

export function Ask() {
  const [prompt, setPrompt] = useState('How do I make tea?');
  const options = { body: { prompt }, end: 'end' };
  const { stream, outcome, error, start, stop } = useStream('/api/chat', options);
  return (
    <form action={() => void start()}>
      <input
        aria-label="Question"
        value={prompt}
        onChange={({ target }) => setPrompt(target.value)}
        required
      />
      <button>Ask</button>{' '}
      <button type="button" onClick={stop}>
        Stop
      </button>
      <Typewriter source={stream} view={markdown()} follow />
      <p role="status">{error?.message ?? outcome}</p>
    </form>
  );
}

import { useState } from 'react';
import { Typewriter, useStream } from 'teleprinter/react';

export default function Page() {
  const [prompt, setPrompt] = useState('How do I make tea?');
  const url = `/api/stream?${new URLSearchParams({ prompt })}`;
  const { stream, outcome, error, start, stop } = useStream(url, { end: 'end', reconnect: 'never' });
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
      <Typewriter source={stream} />
      <p role="status">{error?.message ?? outcome}</p>
    </form>
  );
}

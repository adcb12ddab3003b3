// The story's own page. `stream()` wraps EventSource: it decodes, knows the end, and closes.
import { useState } from 'react';
import { Typewriter, useStream } from 'teleprinter/react';

export default function Page() {
  const [prompt, setPrompt] = useState('How do I make tea?');
  const url = `/api/stream?${new URLSearchParams({ prompt })}`;
  const { stream, outcome, start } = useStream(url, { end: 'end', reconnect: 'never' });
  return (
    <form action={() => void start()}>
      <input
        aria-label="Question"
        value={prompt}
        onChange={(event) => setPrompt(event.target.value)}
        required
      />
      <button>Ask</button>
      <Typewriter source={stream} />
      <p role="status">{outcome}</p>
    </form>
  );
}

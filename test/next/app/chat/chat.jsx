'use client';

import { Typewriter, useStream } from 'teleprinter/react';

export function Chat() {
  const { stream, state, start } = useStream('/api/chat', { body: { prompt: 'tea' } });
  return (
    <section>
      <button onClick={start}>Ask</button>
      <output>{state}</output>
      <Typewriter source={stream} as="article" />
    </section>
  );
}

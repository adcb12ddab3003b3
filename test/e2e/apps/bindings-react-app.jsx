import { Suspense, useState } from 'react';
import { openaiMessages } from 'teleprinter/conversation';
import { Typewriter, useConversation, useStream } from 'teleprinter/react';

/** Whether the server has suspended once, as a component that fetches data does. */
let isLoaded = globalThis.window !== undefined;
let loading;
function Late() {
  if (globalThis.suspends && !isLoaded) {
    loading ??= new Promise((resolve) => setTimeout(resolve, 5)).then(() => (isLoaded = true));
    throw loading;
  }
  return <p id="late">Loaded</p>;
}

function Answer() {
  const { text, state, outcome, stream, start, stop } = useStream(globalThis.answerURL);
  const { messages, status, send } = useConversation({
    id: 'chat',
    input: globalThis.answerURL,
    request: openaiMessages(),
  });
  globalThis.send = send;
  return (
    <main>
      <button id="start" onClick={start}>
        Ask
      </button>
      <button id="stop" onClick={stop}>
        Stop
      </button>
      <p id="state">{outcome ?? state}</p>
      <p id="text">{text}</p>
      <Typewriter source={stream} as="section" id="answer" speed={1e6} caret={false} />
      <p id="chat">
        {status} {messages.flatMap(({ parts }) => parts.map((part) => part.text)).join(' | ')}
      </p>
      <Late />
    </main>
  );
}

export function App() {
  const [isShown, show] = useState(true);
  globalThis.show = show;
  return (
    <Suspense fallback={<p>Wait</p>}>
      <h1>An app</h1>
      {isShown && <Answer />}
    </Suspense>
  );
}

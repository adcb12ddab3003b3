/** React, 18 and 19. */
import { createConversation, openaiMessages } from 'teleprinter/conversation';
import type { TelePrinterElement } from 'teleprinter/element';
import { markdown } from 'teleprinter/markdown';
import { Typewriter, useConversation, useStream, type UseStream } from 'teleprinter/react';
import { stream, type EventStream, type StreamResult, type ToolCall } from 'teleprinter';
import { useRef, type ReactElement } from 'react';
import { exactly, type UnboundMethods } from './exactly.js';

export function Chat({ signal }: { signal?: AbortSignal | undefined }): ReactElement {
  const answer = useStream('/api/chat', { end: 'end', signal });
  exactly<string>()(answer.text);
  exactly<readonly ToolCall[]>()(answer.toolCalls);
  exactly<EventStream<readonly string[], unknown> | undefined>()(answer.stream);
  const { selected } = useStream('/api/chat', { select: ({ text }) => text.length });
  exactly<number>()(selected);
  const words = useStream('/api/chat', { decode: 'text' });
  words.stream?.on('message', ({ data }) => exactly<string>()(data));
  // @ts-expect-error No option has this name.
  useStream('/api/chat', { onDone() {} });
  // @ts-expect-error With `select` there is nothing but what it has picked.
  void useStream('/api/chat', { select: ({ text }) => text }).text;
  const output = useRef<HTMLOutputElement>(null);
  return (
    <>
      <button onClick={answer.start}>Ask</button>
      <button onClick={() => answer.start(undefined, { body: { prompt: 'tea' } })}>Ask</button>
      <button onClick={answer.stop}>Stop</button>
      <Typewriter source={answer.stream} view={markdown()} className="answer" aria-busy speed={40} follow />
      <Typewriter source={answer.stream} as="output" ref={output} htmlFor="question" key="a" />
      <Typewriter source={null} onStart={(typing) => typing.finish()} onClick={(event) => event.clientX} />
      {/* @ts-expect-error It needs a source. */}
      <Typewriter />
      {/* @ts-expect-error What it shows is its source. */}
      <Typewriter source="text">text</Typewriter>
      {/* @ts-expect-error No element has this name. */}
      <Typewriter source="text" as="outputs" />
      {/* @ts-expect-error A div has none. */}
      <Typewriter source="text" htmlFor="question" />
    </>
  );
}

export function Messages(): ReactElement {
  const { messages, status, send, stop } = useConversation({ input: '/api/chat', request: openaiMessages() });
  const shared = useConversation(createConversation({ input: '/api/chat', request: openaiMessages() }));
  // @ts-expect-error It is the text of a message, or its parts.
  void send(1);
  // @ts-expect-error No status has this name.
  const isDone = status === 'done';
  return (
    <button onClick={() => (isDone ? void send('tea') : stop())}>
      {messages.map(({ id, parts }) => (
        <p key={id}>{parts.map((part) => (part.type === 'text' ? part.text : null))}</p>
      ))}
      {shared.messages.length}
    </button>
  );
}

export function Element({ isLong }: { isLong?: boolean | undefined }): ReactElement {
  const printer = useRef<TelePrinterElement>(null);
  return (
    <>
      <tele-printer
        ref={printer}
        key="a"
        src="/api/chat"
        method="POST"
        body={{ prompt: 'tea' }}
        headers={{ 'X-Name': 'value' }}
        end="end"
        markdown
        follow={isLong}
        caret={false}
        speed={40}
        options={{ onText: (delta) => exactly<string>()(delta) }}
        onopen={({ detail }) => exactly<Response | undefined>()(detail.response)}
        ontext={({ detail }) => exactly<string>()(detail.delta)}
        onend={({ detail }) => exactly<StreamResult>()(detail)}
        onerror={({ detail }) => exactly<string>()(detail.message)}
        onClick={(event) => exactly<number>()(event.clientX)}
        title="An answer"
        hidden={false}
        style={{ color: 'red' }}
        className="answer"
        aria-label="Answer"
        data-own="1"
      >
        Ask me something. <div data-failure hidden />
      </tele-printer>
      {/* @ts-expect-error React hears events of an element by their own names: `onend`. */}
      <tele-printer onEnd={() => {}} />
      {/* @ts-expect-error It hears no errors by this name, either: `onerror`. */}
      <tele-printer onError={() => {}} />
      {/* @ts-expect-error No attribute has this name. */}
      <tele-printer source="/api/chat" />
      {/* @ts-expect-error A URL is a string. */}
      <tele-printer src={1} />
    </>
  );
}

exactly<never>()({} as UnboundMethods<UseStream>);
void stream;

/** The stream, as the first page of a user's program has it. */
import {
  createClient,
  HttpError,
  stream,
  typewriter,
  type Client,
  type EventStream,
  type Outcome,
  type Part,
  type StreamEvent,
  type StreamOptions,
  type StreamResult,
  type Typewriter,
} from 'teleprinter';
import { createConversation, openaiMessages, type Conversation } from 'teleprinter/conversation';
import { stream as coreStream } from 'teleprinter/core';
import { anthropic, openaiChat } from 'teleprinter/formats';
import { json } from 'teleprinter/json';
import { markdown } from 'teleprinter/markdown';
import { typewriter as type } from 'teleprinter/typewriter';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { exactly, type Exact, type UnboundMethods } from './exactly.js';

/** A schema as Zod, Valibot and ArkType make it. */
declare function schema<T>(): StandardSchemaV1<T>;

export async function untyped(signal: AbortSignal | undefined): Promise<Outcome> {
  const answer = stream('/api/chat', { method: 'POST', body: { prompt: 'tea' }, end: 'end', signal });
  exactly<EventStream<readonly string[], unknown>>()(answer);
  for await (const text of answer.text) exactly<string>()(text);
  for await (const part of answer.parts) {
    exactly<Part>()(part);
    if (part.type === 'tool-call') exactly<string>()(part.name);
  }
  for await (const event of answer) {
    exactly<string>()(event.type);
    exactly<unknown>()(event.data);
    // @ts-expect-error Nobody has said what it is.
    event.data.text;
  }
  const off = answer.on('end', (event) => exactly<StreamEvent<'end', unknown>>()(event));
  exactly<() => void>()(off);
  // @ts-expect-error An event stream has no properties for its events.
  answer.onmessage = () => {};
  const result = await answer.result;
  exactly<StreamResult>()(result);
  if (result.error instanceof HttpError) exactly<number>()(result.error.status);
  // @ts-expect-error No outcome has this name.
  if (result.outcome === 'done') return result.outcome;
  return result.outcome;
}

export async function typed(): Promise<void> {
  const events = { price: schema<{ cents: number }>(), done: schema<{ reason: string }>() };
  const answer = stream('/api/prices', { events, end: 'done' });
  answer.on('price', ({ data }) => exactly<{ cents: number }>()(data));
  answer.on('done', ({ data }) => exactly<{ reason: string }>()(data));
  answer.on('other', ({ data }) => exactly<unknown>()(data));
  for await (const event of answer) {
    if (event.type === 'price') exactly<number>()(event.data.cents);
    else if (event.type === 'done') exactly<string>()(event.data.reason);
    else exactly<'message'>()(event.type);
  }
  // @ts-expect-error The schema has a number.
  answer.on('price', ({ data }) => exactly<string>()(data.cents));

  stream('/api/chat', { decode: 'text' }).on('message', ({ data }) => exactly<string>()(data));
  stream('/api/chat', { decode: (data) => data.length }).on('message', ({ data }) => exactly<number>()(data));
  stream('/api/chat', { events: ['open', 'close'] }).on('close', ({ data }) => exactly<unknown>()(data));
}

export function options(output: HTMLElement): void {
  const shared: StreamOptions = {
    headers: { 'X-Name': 'value' },
    retry: { limit: 2 },
    timeout: { idle: 10_000 },
  };
  createClient({ baseURL: 'https://api.example.com', ...shared }).stream('/chat', { format: openaiChat() });
  coreStream(new URL('https://api.example.com'), { format: anthropic(), transport: 'fetch' });
  const callbacks: StreamOptions = {
    onText: (delta, text) => exactly<string>()(delta + text),
    onError: (error) => exactly<string>()(error.message),
    onEnd: ({ outcome }) => exactly<Outcome>()(outcome),
  };
  stream('/api/chat', callbacks);
  // @ts-expect-error No transport has this name.
  stream('/api/chat', { transport: 'websocket' });
  // @ts-expect-error No option has this name.
  stream('/api/chat', { onDone() {} });

  const typed = typewriter(stream('/api/chat'), output, { view: markdown(), follow: true, speed: 40 });
  typed.finish();
  type('text', output, { caret: false }).cancel();
  // @ts-expect-error A typewriter types into an element.
  typewriter('text', '#output');

  const chat = createConversation({ input: '/api/chat', request: openaiMessages() });
  void chat.send('tea');
  exactly<'assistant' | 'user' | 'system'>()(chat.getSnapshot().messages[0]!.role);
}

export async function structured(): Promise<void> {
  const recipe = schema<{ title: string; minutes: number }>();
  const value = await json(stream('/api/recipe'), { schema: recipe }).value;
  exactly<{ title: string; minutes: number }>()(value);
  for await (const partial of json(stream('/api/recipe'), { schema: recipe }))
    exactly<string | undefined>()(partial.title);
}

/** Programs use methods alone, as in `onClick={stop}` or `useEffect(() => typewriter(…).detach)`. */
exactly<never>()({} as UnboundMethods<EventStream> & string);
exactly<never>()({} as UnboundMethods<Conversation>);
exactly<never>()({} as UnboundMethods<Client>);
exactly<never>()({} as UnboundMethods<Typewriter>);

export type Checks = [Exact<StreamEvent['data'], unknown>];

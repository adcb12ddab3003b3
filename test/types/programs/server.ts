/** A server in Node, without the DOM's types. */
import { createServer } from 'node:http';
import { createClient, typewriter } from 'teleprinter';
import { createConversation, openaiMessages } from 'teleprinter/conversation';
import { stream } from 'teleprinter/core';
import { json } from 'teleprinter/json';
import { createRelay, type Relay } from 'teleprinter/server';
import { redisStore } from 'teleprinter/redis';
import { exactly, type UnboundMethods } from './exactly.js';

const relay = createRelay();
export async function handler(request: Request): Promise<Response> {
  return relay.handle(request, async () => [{ text: 'Boil ' }, { text: 'water.' }]);
}

export async function ask(): Promise<void> {
  const answer = stream('https://api.example.com/chat', { method: 'POST', headers: { 'X-Name': 'value' } });
  for await (const text of answer.text) exactly<string>()(text);
}

exactly<never>()({} as UnboundMethods<Relay>);
void [createServer, redisStore, createClient, typewriter, createConversation, openaiMessages, json];

/** The size of each library in a page, and which parts of the job it does. */
import { gzippedSize, sizeOf } from '../bundle.mjs';
import { readFileSync } from 'node:fs';

/** The parts of the job of reading a stream. */
export const PARTS = ['POST', 'events', 'JSON', 'text of any model', 'reconnects', 'tells a cut-off answer'];

/**
 * The import of each library, and the parts that it does according to its source. `twice`: it reconnects by sending the request
 * again, which asks the model twice.
 */
const LIBRARIES = {
  'teleprinter/core': [
    "import { stream } from '../../dist/core.js'",
    'stream',
    'POST events JSON reconnects cut',
  ],
  'teleprinter, text of any model': [
    "import { stream } from '../../dist/index.js'",
    'stream',
    'POST events JSON text reconnects cut',
  ],
  openai: ["import OpenAI from 'openai'", 'OpenAI', 'POST events JSON'],
  '@anthropic-ai/sdk': ["import Anthropic from '@anthropic-ai/sdk'", 'Anthropic', 'POST events JSON'],
  'ai (transport and reader)': [
    "import { DefaultChatTransport, readUIMessageStream } from 'ai'",
    '[DefaultChatTransport, readUIMessageStream]',
    'POST events JSON reconnects',
  ],
  '@ai-sdk/provider-utils (parser)': [
    "import { parseJsonEventStream } from '@ai-sdk/provider-utils'",
    'parseJsonEventStream',
    'events JSON',
  ],
  '@ant-design/x-sdk (request and OpenAI)': [
    "import { OpenAIChatProvider, XRequest } from '@ant-design/x-sdk'",
    '[OpenAIChatProvider, XRequest]',
    'POST events JSON reconnects twice',
  ],
  'event-source-plus': [
    "import { EventSourcePlus } from 'event-source-plus'",
    'EventSourcePlus',
    'POST events reconnects',
  ],
  eventsource: ["import { EventSource } from 'eventsource'", 'EventSource', 'POST events reconnects'],
  'eventsource-client': [
    "import { createEventSource } from 'eventsource-client'",
    'createEventSource',
    'POST events reconnects',
  ],
  '@microsoft/fetch-event-source': [
    "import { fetchEventSource } from '@microsoft/fetch-event-source'",
    'fetchEventSource',
    'POST events reconnects',
  ],
  'fetch-event-stream': ["import { events } from 'fetch-event-stream'", 'events', 'events'],
};

/** The files for a script tag. */
const SCRIPT_FILES = {
  'teleprinter, the small CDN file with <tele-printer>': 'dist/teleprinter.global.js',
  'teleprinter, the CDN file with markdown, too': 'dist/teleprinter.full.js',
};

export async function measureSizes() {
  const sizes = {};
  for (const [name, [statement, used, does]] of Object.entries(LIBRARIES)) {
    const bytes = await sizeOf(`${statement}; globalThis.used = ${used};`, 'test/bench');
    const words = does.split(' ');
    sizes[name] = {
      bytes,
      does: PARTS.filter((part) => words.some((word) => part.includes(word))),
      asksTwice: words.includes('twice'),
    };
  }
  for (const [name, file] of Object.entries(SCRIPT_FILES))
    sizes[name] = { bytes: gzippedSize(readFileSync(file)), does: PARTS };
  return sizes;
}

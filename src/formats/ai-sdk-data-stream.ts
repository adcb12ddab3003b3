import type { Format } from '../contract/format.ts';
import { providerError } from './errors.ts';
import type { Wire } from './wire.ts';
import { createWriter, type Writer } from './writer.ts';

/** A line: the code of a part, a colon, and the part as JSON. */
const LINE = /^(?:[0-9a-k]|aui-[a-z-]+):["{[]/;

/**
 * The AI SDK's data stream, version 1 (AI SDK 3 and 4), which assistant-ui uses, too: lines of `code:JSON` in a body of
 * `text/plain`. https://v4.ai-sdk.dev/docs/ai-sdk-ui/stream-protocol#data-stream-protocol
 *
 * @example
 * import { stream } from 'teleprinter/core';
 * import { aiSdkDataStream } from 'teleprinter/formats';
 * const answer = stream('/api/chat', { method: 'POST', format: aiSdkDataStream() });
 */
export function aiSdkDataStream(): Format {
  return {
    name: 'aiSdkDataStream',
    hasEnd: true,
    recognises: ({ type, data, headers }) =>
      type === 'text/plain' &&
      typeof data === 'string' &&
      (headers?.get('x-vercel-ai-data-stream') === 'v1' || LINE.test(data)),
    reader() {
      let partialLine = '';
      return ({ data }, emit) => {
        if (typeof data !== 'string') return;
        const write = createWriter(emit);
        const [first = '', ...more] = data.split('\n');
        partialLine += first;
        for (const next of more) {
          readLine(partialLine, write);
          partialLine = next;
        }
      };
    },
  };
}

function readLine(line: string, write: Writer): void {
  const colon = line.indexOf(':');
  const code = line.slice(0, colon);
  let value: Wire;
  try {
    value = JSON.parse(line.slice(colon + 1)) as Wire;
  } catch {
    if (line.trim()) write.emit({ type: 'unknown', event: code, data: line });
    return;
  }
  const { toolCallId: key, toolName: name } = value ?? {};
  switch (code) {
    case '0':
      return write.text(value);
    case 'g':
      return write.reasoning(value);
    case '3':
      return write.emit({ type: 'error', error: providerError(value) });
    case '9':
      return write.call({ key, id: key, name, whole: value?.args, done: true });
    case 'b':
      return write.call({ key, id: key, name });
    case 'c':
      return write.call({ key, delta: value?.argsTextDelta });
    case 'd':
      write.usage(value?.usage);
      return write.finish(value?.finishReason, true);
    case 'e':
      return write.usage(value?.usage);
    case 'f':
    case 'i':
    case 'j':
      return;
    case 'aui-text-delta':
      return write.text(value?.textDelta);
    case 'aui-reasoning-delta':
      return write.reasoning(value?.reasoningDelta);
  }
  const names: Record<string, string> = {
    2: 'data',
    8: 'annotations',
    a: 'tool-result',
    h: 'source',
    k: 'file',
  };
  write.data(names[code] ?? code, value);
}

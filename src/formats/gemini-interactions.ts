import type { Format } from '../contract/format.ts';
import { wireFormat } from './wire-format.ts';
import { isOneOf, listOf, textOf, typeOf, type Wire } from './wire.ts';
import type { Writer } from './writer.ts';

/** Until June 2026 the steps were content blocks. */
const EVENTS =
  'interaction.created interaction.status_update step.start step.delta step.stop interaction.completed interaction.start content.start content.delta content.stop interaction.complete';

/**
 * Google's Interactions API, streamed or as one interaction. https://ai.google.dev/gemini-api/docs/interactions/streaming
 *
 * @example
 * import { stream } from 'teleprinter/core';
 * import { geminiInteractions } from 'teleprinter/formats';
 * const answer = stream('/v1beta/interactions', { method: 'POST', format: geminiInteractions() });
 */
export function geminiInteractions(): Format {
  return wireFormat({
    name: 'geminiInteractions',
    events: EVENTS,
    recognises: (data) =>
      isOneOf(EVENTS, data?.event_type) || (isOneOf('interaction', data?.object) && data?.status),
    open: () => (data, write) => {
      const { index: key, step, delta, interaction } = data ?? {};
      const type = typeOf(delta);
      switch (typeOf(data, 'event_type').replace('content', 'step')) {
        case 'interaction.created':
        case 'interaction.start':
          return write.emit({ type: 'start' });
        case 'step.start':
          if (typeOf(step) === 'function_call') write.call({ key, id: step?.id, name: step?.name });
          return;
        case 'step.delta':
          if (type === 'text') write.text(delta?.text, key);
          else if (type === 'thought_summary') write.reasoning(delta?.content?.text ?? delta?.text, key);
          else if (/^(arguments_delta|function_call)$/.test(type))
            write.call({ key, id: delta?.id, name: delta?.name, delta: delta?.arguments });
          else if (type !== 'thought_signature') write.data(type, delta);
          return;
        case 'step.stop':
          return write.call({ key, done: true });
        case 'interaction.completed':
        case 'interaction.complete':
          write.usage(interaction?.usage);
          return write.finish(interaction?.status, true);
      }
      if (typeOf(data, 'object') === 'interaction') readWhole(data, write);
    },
  });
}

function readWhole(interaction: Wire, write: Writer): void {
  for (const output of listOf(interaction?.outputs ?? interaction?.steps)) {
    const { id, name, arguments: whole, text, content, summary } = output ?? {};
    const type = typeOf(output);
    if (type === 'text' || type === 'model_output') write.text(text ?? textOf(content));
    else if (type === 'thought') write.reasoning(textOf(summary));
    else if (type === 'function_call') write.call({ id, name, whole, done: true });
    else write.data(type, output);
  }
  write.usage(interaction?.usage);
  write.finish(interaction?.status, true);
}

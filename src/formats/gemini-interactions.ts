import type { Format } from '../contract/format.ts';
import { wireFormat } from './wire-format.ts';
import { wordOf } from './wire.ts';

const EVENTS =
  'interaction.created interaction.status_update step.start step.delta step.stop interaction.completed';

/** Google's Interactions API. https://ai.google.dev/gemini-api/docs/interactions/streaming */
export function geminiInteractions(): Format {
  return wireFormat({
    name: 'geminiInteractions',
    events: EVENTS,
    recognises: (data) => /^(interaction|step)\./.test(wordOf(data?.event_type)),
    silent: /^(interaction\.(created|status_update|completed)|step\.(start|delta|stop))$/,
    open: () => (data, write) => {
      const { index: key, step, delta, interaction } = data ?? {};
      const type = wordOf(delta?.type);
      switch (data?.event_type as unknown) {
        case 'interaction.created':
          return write.start();
        case 'step.start':
          if (step?.type === ('function_call' as never)) write.call({ key, id: step.id, name: step.name });
          return;
        case 'step.delta':
          if (type === 'text') write.text(delta?.text, key);
          else if (type === 'thought_summary') write.reasoning(delta?.content?.text ?? delta?.text, key);
          else if (type === 'arguments_delta') write.call({ key, delta: delta?.arguments });
          else if (type !== 'thought_signature') write.data(type, delta);
          return;
        case 'step.stop':
          return write.call({ key, done: true });
        case 'interaction.completed':
          write.usage(interaction?.usage);
          return write.finish(interaction?.status, true);
      }
    },
  });
}

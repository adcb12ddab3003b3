import { OptionsError } from '../errors.ts';
import { agUi } from './ag-ui.ts';
import { aiSdk } from './ai-sdk.ts';
import { anthropic } from './anthropic.ts';
import { cohere } from './cohere.ts';
import type { Format, FormatName } from '../contract/format.ts';
import { geminiInteractions } from './gemini-interactions.ts';
import { gemini } from './gemini.ts';
import { langGraph } from './lang-graph.ts';
import { ollama } from './ollama.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';
import { plain } from './plain.ts';
import { errorIn, providerError } from './wire.ts';

/** The formats that `auto()` knows, by name. */
const formats: Record<Exclude<FormatName, 'auto' | 'plain'>, () => Format> = {
  agUi,
  aiSdk,
  anthropic,
  cohere,
  gemini,
  geminiInteractions,
  langGraph,
  ollama,
  openaiChat,
  openaiResponses,
};

/** The format that an option means. @throws OptionsError when there is none of that name */
export function formatOf(option: Format | FormatName = 'auto'): Format {
  if (typeof option !== 'string') return option;
  const all = { ...formats, auto, plain };
  if (Object.hasOwn(all, option)) return all[option]();
  const names = Object.keys(formats).join(', ');
  throw new OptionsError(`There is no format '${option as string}'. There are: auto, plain, ${names}.`, {
    option: 'format',
  });
}

/**
 * Finds the format out from the response's headers and the first events. What none of them knows is read as
 * `plain()` reads it, and an event named `error`, or one with an `error`, ends such an answer, too.
 *
 * @param own Formats of your own, each with `recognises`, which are asked first.
 */
export function auto(...own: readonly Format[]): Format {
  const known = [...own, ...Object.values(formats).map((create) => create())];
  return {
    name: 'auto',
    events: ['error', ...known.flatMap(({ events = [] }) => events)],
    // An answer of which nothing came is not whole.
    hasEnd: true,
    reader() {
      const fallback = plain();
      const readPlain = fallback.reader();
      let read: ReturnType<Format['reader']> | undefined;
      let isPlain = false;
      return (event, emit) => {
        if (!read && !isPlain) {
          const format = known.find((one) => one.recognises?.(event)) ?? fallback;
          emit({ type: 'format', format });
          if (format !== fallback) read = format.reader();
          // What tells nothing yet may still be followed by what does.
          isPlain = format === fallback && fallback.recognises!(event);
        }
        if (read) return read(event, emit);
        const error = errorIn(event);
        if (error) emit({ type: 'error', error: providerError(error) });
        else readPlain(event, emit);
      };
    },
  };
}

import type { Format } from '../contract/format.ts';
import { wireFormat } from './wire-format.ts';
import { listOf, wordOf, type Wire } from './wire.ts';

/** Google's Gemini API with `alt=sse`, and Vertex AI. https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent */
export function gemini(): Format {
  return wireFormat({
    name: 'gemini',
    recognises: (data) => data?.candidates ?? data?.promptFeedback,
    silent: /^message$/,
    open() {
      /** The arguments of a call that is arriving path by path. */
      let args: Container | undefined;
      return (data, write) => {
        for (const candidate of listOf(data?.candidates)) {
          // The first candidate is the answer.
          if (Number(wordOf(candidate?.index)) > 0) {
            write.data('candidate', candidate);
            continue;
          }
          for (const part of listOf(candidate?.content?.parts)) {
            const { text, thought, functionCall: call, thoughtSignature: _signature, ...others } = part ?? {};
            if (thought) write.reasoning(text);
            else write.text(text);
            for (const [name, value] of Object.entries(others)) write.data(name, value);
            if (!call) continue;
            const { id, name, partialArgs, willContinue } = call;
            if (name) args = Object.create(null) as Container;
            for (const partial of listOf(partialArgs)) if (args) set(args, partial);
            const done = !willContinue;
            write.call({ id, name, ...(done && { delta: call.args ?? args, done }) });
            if (done) args = undefined;
          }
          if (args && candidate?.finishReason) write.call({ delta: args, done: true });
          write.finish(candidate?.finishReason);
        }
        write.usage(data?.usageMetadata);
        if (data?.promptFeedback?.blockReason) write.finish(data.promptFeedback.blockReason, true, 'refused');
      };
    },
  });
}

/** Made without a prototype, so that no name in a path reaches one. */
type Container = Record<string, unknown>;

/** How deep a path may lead. */
const DEPTH = 64;

/** Puts one value where its path says, or appends to the string there. */
function set(root: Container, partial: Wire): void {
  const { jsonPath, willContinue: _more, ...values } = partial ?? {};
  const path = wordOf(jsonPath).match(/[^$.[\]'"]+/g) ?? [];
  const value: unknown = Object.values(values)[0];
  let at = root;
  for (const [depth, name] of path.entries()) {
    // An array grows one by one: an index far away would make it huge.
    if (depth > DEPTH || (Array.isArray(at) && !(Number(name) <= at.length))) return;
    const next = path[depth + 1];
    const before = at[name];
    if (next !== undefined) {
      const isContainer = typeof before === 'object' && before;
      at[name] = isContainer ? before : /^\d+$/.test(next) ? [] : Object.create(null);
      at = at[name] as Container;
    } else at[name] = typeof before === 'string' ? before + wordOf(value) : value;
  }
}

import type { Format } from '../contract/format.ts';
import { wireFormat } from './wire-format.ts';
import { listOf, wordOf, type Wire } from './wire.ts';
import { createOthers } from './others.ts';
import type { Writer } from './writer.ts';

/**
 * Google's Gemini API and Vertex AI, with `alt=sse` or as the JSON array that they send without it.
 * https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
 *
 * @example
 * import { stream } from 'teleprinter/core';
 * import { gemini } from 'teleprinter/formats';
 * const answer = stream('/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse', { method: 'POST', format: gemini() });
 */
export function gemini(): Format {
  return wireFormat({
    name: 'gemini',
    recognises: ({
      candidates,
      promptFeedback,
      prompt_feedback,
      usageMetadata,
      modelVersion,
      responseId,
    } = {}) =>
      Array.isArray(candidates) ||
      typeof (promptFeedback ?? prompt_feedback?.block_reason ?? 0) !== 'number' ||
      (typeof usageMetadata === 'object' && (modelVersion ?? responseId)),
    open() {
      const readPart = openParts();
      const addOthers = createOthers(KNOWN);
      return (data, write) => {
        for (const candidate of listOf(data?.candidates)) {
          // The first candidate is the answer.
          if (Number(wordOf(candidate?.index)) > 0) write.data('candidate', candidate);
          else {
            for (const part of listOf(candidate?.content?.parts)) readPart(part, write);
            // Python's SDK writes its own names.
            const reason = candidate?.finishReason ?? candidate?.finish_reason;
            if (reason) readPart(undefined, write);
            addOthers(candidate, write);
            write.finish(reason);
          }
        }
        write.usage(data?.usageMetadata ?? data?.usage_metadata);
        const { blockReason, block_reason: blocked = blockReason } =
          data?.promptFeedback ?? data?.prompt_feedback ?? {};
        if (blocked) write.finish(blocked, true, 'refused');
        return data?.candidates ?? data?.usageMetadata ?? data?.promptFeedback;
      };
    },
  });
}

const KNOWN =
  'index content finishReason finish_reason finishMessage safetyRatings avgLogprobs logprobsResult tokenCount';

/** Reads the parts of a message, one by one; nothing in place of a part ends a call that is still arriving. */
export function openParts(): (part: Wire, write: Writer) => void {
  /** The arguments of a call that is arriving path by path. */
  let args: Container | undefined;
  return (part, write) => {
    if (!part) {
      if (args) write.call({ delta: args, done: true });
      args = undefined;
      return;
    }
    const {
      text,
      thought,
      functionCall,
      function_call: call = functionCall,
      thoughtSignature: _signature,
      ...others
    } = part;
    if (thought) write.reasoning(text);
    else write.text(text);
    for (const [name, value] of Object.entries(others)) if (value) write.data(name, value);
    if (!call) return;
    const { id, name, partialArgs, willContinue } = call;
    if (name) args = Object.create(null) as Container;
    for (const partial of listOf(partialArgs)) if (args) set(args, partial);
    const done = !willContinue;
    write.call({ id, name, ...(done && { delta: call.args ?? args, done }) });
    if (done) args = undefined;
  };
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

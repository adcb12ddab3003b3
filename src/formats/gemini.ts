import type { Format } from '../contract/format.ts';
import { wireFormat } from './wire-format.ts';
import { listOf, stringOf, type Wire } from './wire.ts';
import { createExtraFields } from './extra-fields.ts';
import type { Writer } from './writer.ts';

/**
 * Google's Gemini API and Vertex AI: an event stream with `alt=sse`, a JSON array without it.
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
      const readPart = createPartReader();
      const emitExtraFields = createExtraFields(KNOWN);
      return (data, write) => {
        for (const candidate of listOf(data?.candidates)) {
          // The first candidate is the answer.
          if (Number(stringOf(candidate?.index)) > 0) write.data('candidate', candidate);
          else {
            for (const part of listOf(candidate?.content?.parts)) readPart(part, write);
            // The Python SDK serializes names in snake case.
            const reason = candidate?.finishReason ?? candidate?.finish_reason;
            if (reason) readPart(undefined, write);
            emitExtraFields(candidate, write);
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

/** The fields of a candidate that are read, or that have nothing for the page. */
const KNOWN =
  'index content finishReason finish_reason finishMessage safetyRatings avgLogprobs logprobsResult tokenCount';

/** Makes a reader for the parts of a message. `undefined` in place of a part completes a call that is still arriving. */
export function createPartReader(): (part: Wire, write: Writer) => void {
  /** The arguments of a call that arrives path by path. */
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
    for (const partial of listOf(partialArgs)) if (args) setAtPath(args, partial);
    const done = !willContinue;
    write.call({ id, name, ...(done && { delta: call.args ?? args, done }) });
    if (done) args = undefined;
  };
}

/** An object without a prototype, so that no name in a path can reach one, or an array. */
type Container = Record<string, unknown>;

/** The maximum number of names in a path. */
const DEPTH = 64;

/** Sets the value at the path of a partial argument, or appends to the string there. */
function setAtPath(root: Container, partial: Wire): void {
  const { jsonPath, willContinue: _more, ...values } = partial ?? {};
  const path = stringOf(jsonPath).match(/[^$.[\]'"]+/g) ?? [];
  const value: unknown = Object.values(values)[0];
  let at = root;
  for (const [depth, name] of path.entries()) {
    // An array grows by one element at a time, because a large index would make it huge.
    if (depth > DEPTH || (Array.isArray(at) && !(Number(name) <= at.length))) return;
    const next = path[depth + 1];
    const before = at[name];
    if (next !== undefined) {
      const isContainer = typeof before === 'object' && before;
      at[name] = isContainer ? before : /^\d+$/.test(next) ? [] : Object.create(null);
      at = at[name] as Container;
    } else at[name] = typeof before === 'string' ? before + stringOf(value) : value;
  }
}

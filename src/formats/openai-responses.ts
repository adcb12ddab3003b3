import type { Format } from '../contract/format.ts';
import { wireFormat } from './wire-format.ts';
import { isOneOf, listOf, stringOf, textOf, typeOf, type Wire } from './wire.ts';
import type { Writer } from './writer.ts';

const CALL = /^(function|custom_tool)_call$/;
/** The types of items that end a turn because they wait for the page. */
const WAITS_FOR_PAGE =
  /^(.*(function|custom_tool|computer|shell|apply_patch|tool_search)_call|mcp_approval_request)$/;

const EVENTS =
  'response.created response.output_text.delta response.refusal.delta response.reasoning_summary_text.delta response.reasoning_text.delta response.output_item.added response.output_item.done response.function_call_arguments.delta response.custom_tool_call_input.delta response.output_text.annotation.added response.completed response.incomplete response.failed response.cancelled response.image_generation_call.partial_image';

/**
 * OpenAI's Responses API, streamed or as one response, and the compatible APIs of Azure, LM Studio and xAI.
 * https://platform.openai.com/docs/api-reference/responses-streaming
 *
 * @example
 * import { stream } from 'teleprinter/core';
 * import { openaiResponses } from 'teleprinter/formats';
 * const answer = stream('/v1/responses', { method: 'POST', format: openaiResponses() });
 */
export function openaiResponses(): Format {
  return wireFormat({
    name: 'openaiResponses',
    events: EVENTS,
    // A stream that goes on after a loss, or that waits for its turn, begins with any event.
    recognises: ({ type, object, output, sequence_number: sequence } = {}) =>
      isOneOf(EVENTS, type) ||
      (sequence !== undefined && stringOf(type).startsWith('response.')) ||
      (stringOf(object) === 'response' && Array.isArray(output)),
    open() {
      let isEmpty = true;
      /** Whether the text of the current message has come in deltas. */
      let hasText = false;
      return (data, write) => {
        const type = typeOf(data);
        isEmpty &&= !/delta$|item/.test(type);
        hasText ||= /(output_text|refusal)\.delta$/.test(type);
        if (type.endsWith('item.done') && typeOf(data?.item) === 'message') {
          // Agents of Databricks send messages whole.
          if (!hasText) readMessage(data?.item, write);
          hasText = false;
        }
        // Gateways that do not stream send only the last event, with the whole response.
        const isWhole = isEmpty && listOf(data?.response?.output).length;
        return isWhole ? readWhole(data?.response, write) : readResponses(data, write);
      };
    },
    cursor: (data, before) => {
      const { response, sequence_number: sequence } = (data ?? {}) as NonNullable<Wire>;
      const { id } = (response ?? before ?? {}) as NonNullable<Wire>;
      return { id, sequence };
    },
  });
}

/** Reads one event. Other formats use it for events that they wrap. */
export function readResponses(data: Wire, write: Writer): unknown {
  const { delta, item, item_id, output_index: key, response, annotation } = data ?? {};
  switch (typeOf(data)) {
    case 'response.created':
      return write.emit({ type: 'start' });
    case 'response.output_text.delta':
      return write.text(delta, item_id);
    case 'response.refusal.delta':
      return write.text(delta, item_id, true);
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      return write.reasoning(delta, item_id);
    case 'response.output_item.added':
    case 'response.output_item.done':
      return readItem(item, key, typeOf(data).endsWith('done'), write);
    case 'response.function_call_arguments.delta':
    case 'response.custom_tool_call_input.delta':
      return write.call({ key, delta });
    case 'response.output_text.annotation.added':
      return write.data('annotation', annotation);
    case 'response.image_generation_call.partial_image':
      return write.data('partial_image', data);
    case 'response.audio.transcript.delta':
      return write.data('transcript', delta);
    case 'response.completed':
    case 'response.incomplete':
    case 'response.failed':
    case 'response.cancelled':
      return readEnd(response, typeOf(data), write);
  }
  if (stringOf(data?.object) === 'response') return readWhole(data, write);
  return /^(response\..*(ed|done|ing|in_progress)|keepalive)$/.test(typeOf(data));
}

function readItem(item: Wire, key: unknown, done: boolean, write: Writer): void {
  const type = typeOf(item);
  if (CALL.test(type)) {
    const whole = item?.arguments ?? item?.input;
    write.call({ key, id: item?.call_id, name: item?.name, ...(done && { whole, done }) });
  } else if (done && !/^(message|reasoning)$/.test(type)) write.data(type, item);
}

function readEnd(response: Wire, type: string, write: Writer): void {
  write.usage(response?.usage);
  if (response?.error) write.error(response.error);
  const isWaiting = WAITS_FOR_PAGE.test(typeOf(listOf(response?.output).at(-1)));
  const reason = response?.incomplete_details?.reason ?? type;
  write.finish(reason, true, isWaiting ? 'tool-calls' : undefined);
}

function readMessage(item: Wire, write: Writer): void {
  for (const block of listOf(item?.content)) {
    write.text(block?.text);
    write.text(block?.refusal, undefined, true);
    for (const annotation of listOf(block?.annotations)) write.data('annotation', annotation);
  }
}

function readWhole(response: Wire, write: Writer): void {
  for (const [key, item] of listOf(response?.output).entries()) {
    write.reasoning(textOf(item?.summary) || textOf(typeOf(item) === 'reasoning' && item?.content));
    if (typeOf(item) === 'message') readMessage(item, write);
    readItem(item, key, true, write);
  }
  const status = typeOf(response, 'status');
  // A response in the background may be asked for before it has ended.
  if (!/queued|in_progress/.test(status)) readEnd(response, status, write);
}

import type { Format } from '../contract/format.ts';
import { wireFormat, type Writer } from './wire-format.ts';
import { listOf, wordOf, type Wire } from './wire.ts';

const CALL = /^(function|custom_tool)_call$/;
/** The items that end a turn because the page has to answer them. */
const FOR_THE_PAGE =
  /^(.*(function|custom_tool|computer|shell|apply_patch|tool_search)_call|mcp_approval_request)$/;

/**
 * OpenAI's Responses API, also as Azure, LM Studio and xAI speak it.
 * https://platform.openai.com/docs/api-reference/responses-streaming
 */
export function openaiResponses(): Format {
  return wireFormat({
    name: 'openaiResponses',
    events: EVENTS,
    recognises: (data) => wordOf(data?.type).startsWith('response.'),
    silent: /^(response\..*(added|created|done|ed|ing|in_progress)|keepalive)$/,
    open: () => read,
    cursor: (data, before) => {
      const { response, sequence_number: sequence } = (data ?? {}) as NonNullable<Wire>;
      const { id } = (response ?? before ?? {}) as NonNullable<Wire>;
      return { id, sequence };
    },
  });
}

const EVENTS =
  'response.created response.output_text.delta response.refusal.delta response.reasoning_summary_text.delta response.reasoning_text.delta response.output_item.added response.output_item.done response.function_call_arguments.delta response.custom_tool_call_input.delta response.output_text.annotation.added response.completed response.incomplete response.failed';

function read(data: Wire, write: Writer): void {
  const { delta, item, item_id, output_index: key, response, annotation } = data ?? {};
  switch (data?.type as unknown) {
    case 'response.created':
      return write.start();
    case 'response.output_text.delta':
      return write.text(delta, item_id);
    case 'response.refusal.delta':
      return write.text(delta, item_id, true);
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      return write.reasoning(delta, item_id);
    case 'response.output_item.added':
    case 'response.output_item.done': {
      const done = wordOf(data?.type).endsWith('done');
      const type = wordOf(item?.type);
      if (CALL.test(type)) {
        const whole = item?.arguments ?? item?.input;
        write.call({ key, id: item?.call_id, name: item?.name, ...(done && { whole, done }) });
      } else if (done && !/^(message|reasoning)$/.test(type)) write.data(type, item);
      return;
    }
    case 'response.function_call_arguments.delta':
    case 'response.custom_tool_call_input.delta':
      return write.call({ key, delta });
    case 'response.output_text.annotation.added':
      return write.data('annotation', annotation);
    case 'response.completed':
    case 'response.incomplete':
    case 'response.failed': {
      write.usage(response?.usage);
      if (response?.error) write.error(response.error);
      const isForPage = FOR_THE_PAGE.test(wordOf(listOf(response?.output).at(-1)?.type));
      write.finish(
        response?.incomplete_details?.reason ?? data?.type,
        true,
        isForPage ? 'tool-calls' : undefined,
      );
    }
  }
}

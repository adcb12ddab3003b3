import type { Format, FormatPart } from '../contract/format.ts';
import { openAnthropic, readMessage } from './anthropic.ts';
import { wireFormat } from './wire-format.ts';
import { isOneOf, listOf, stringOf, typeOf, type Wire } from './wire.ts';
import { createWriter, type Writer } from './writer.ts';

/**
 * The messages of the Claude Agent SDK, and of `claude --output-format stream-json`: JSON lines. The agent executes its
 * tools itself. https://docs.claude.com/en/api/agent-sdk/streaming-output
 *
 * @example
 * import { stream } from 'teleprinter/core';
 * import { claudeAgent } from 'teleprinter/formats';
 * const answer = stream('/agent', { method: 'POST', format: claudeAgent() });
 */
export function claudeAgent(): Format {
  return wireFormat({
    name: 'claudeAgent',
    recognises: (data) =>
      isOneOf('stream_event', data?.type)
        ? data?.event
        : isOneOf('system assistant user result', data?.type) && data?.session_id,
    errorIn: () => undefined,
    open() {
      const read = openAnthropic();
      /** Whether messages are streamed: then each one is repeated whole after its events. */
      let isPartial = false;
      /** Whether no message has come yet: `--output-format json` sends the result alone. */
      let isEmpty = true;
      return (data, write, event) => {
        // The messages of a subagent are not part of the answer.
        if (data?.parent_tool_use_id) return write.data(typeOf(data), data);
        const message = data?.message;
        const within = createWriter((part) => emitWithin(part, write));
        switch (typeOf(data)) {
          case 'stream_event':
            isPartial = true;
            isEmpty = false;
            return read(data?.event, within, event);
          case 'assistant':
            isEmpty = false;
            return isPartial || readMessage(message, within);
          case 'user':
            return listOf(message?.content).forEach((block) => write.data(typeOf(block) || 'message', block));
          case 'result':
            if (isEmpty && (data?.is_error as unknown) !== true) write.text(data?.result);
            return finish(data, write);
          case 'system':
            return write.data('system', data);
          default:
            return undefined;
        }
      };
    },
  });
}

/** Emits a part of a model's message: without its finish, which is not that of the run, and with calls as executed. */
function emitWithin(part: FormatPart, write: Writer): void {
  if (part.type === 'tool-call') write.emit({ ...part, providerExecuted: true });
  else if (part.type !== 'finish') write.emit(part);
}

function finish(data: Wire, write: Writer): void {
  const { usage, result, errors } = data ?? {};
  const subtype = typeOf(data, 'subtype');
  write.usage(usage);
  if (subtype === 'error_max_turns') return write.finish(subtype, true, 'length');
  if ((data?.is_error as unknown) === true || subtype.startsWith('error')) {
    write.error({ code: subtype, message: stringOf(result) || stringOf(listOf(errors)[0]) || subtype });
  }
  write.finish(subtype, true);
}

import type { Format } from '../contract/format.ts';
import { wireFormat } from './wire-format.ts';
import { wordOf } from './wire.ts';

/** The Agent–User Interaction protocol. https://docs.ag-ui.com/concepts/events */
export function agUi(): Format {
  return wireFormat({
    name: 'agUi',
    recognises: (data) =>
      /^(RUN|STEP|TEXT_MESSAGE|TOOL_CALL|REASONING|THINKING|STATE|MESSAGES)_[A-Z_]+$/.test(
        wordOf(data?.type),
      ),
    silent:
      /^((RUN|STEP)_(STARTED|FINISHED)|(TEXT_MESSAGE|TOOL_CALL|REASONING|THINKING)_.*(START|END|CONTENT|ARGS|CHUNK))$/,
    open: () => (data, write) => {
      const { delta, messageId: id, toolCallId: key, toolCallName: name } = data ?? {};
      const type = wordOf(data?.type);
      switch (type) {
        case 'RUN_STARTED':
          return write.start();
        case 'TEXT_MESSAGE_CONTENT':
        case 'TEXT_MESSAGE_CHUNK':
          return write.text(delta, id);
        case 'REASONING_MESSAGE_CONTENT':
        case 'REASONING_MESSAGE_CHUNK':
        case 'THINKING_TEXT_MESSAGE_CONTENT':
          return write.reasoning(delta, id);
        case 'TOOL_CALL_START':
        case 'TOOL_CALL_ARGS':
        case 'TOOL_CALL_CHUNK':
          return write.call({ key, id: key, name, delta });
        case 'TOOL_CALL_END':
          return write.call({ key, done: true });
        case 'RUN_ERROR':
          return write.error(data);
        case 'RUN_FINISHED':
          return write.finish('', true);
      }
      if (/^(STATE|MESSAGES|ACTIVITY|TOOL_CALL_RESULT|CUSTOM|RAW)/.test(type)) write.data(type, data);
    },
  });
}

import type { Format } from '../contract/format.ts';
import { wireFormat } from './wire-format.ts';
import { stringOf, typeOf, type Wire } from './wire.ts';
import type { Writer } from './writer.ts';

/** The types that only this protocol has. `RAW` and `CUSTOM` are left out: other protocols may have them, too. */
const OWN_TYPES =
  /^(RUN|STEP|(TEXT|REASONING|THINKING_TEXT)_MESSAGE|TOOL_CALL|REASONING|THINKING|STATE|ACTIVITY|MESSAGES)_(STARTED|FINISHED|ERROR|START|CONTENT|ARGS|END|CHUNK|RESULT|SNAPSHOT|DELTA)$/;

/**
 * The Agent–User Interaction protocol. https://docs.ag-ui.com/concepts/events
 * An interrupted run finishes as `tool-calls`: it waits for the page, like a run that calls a tool of the page.
 *
 * @example
 * import { stream } from 'teleprinter/core';
 * import { agUi } from 'teleprinter/formats';
 * const answer = stream('/agent', { method: 'POST', format: agUi() });
 */
export function agUi(): Format {
  return wireFormat({
    name: 'agUi',
    recognises: (data) => OWN_TYPES.test(typeOf(data)),
    open() {
      /** The role of each message by its ID: only the messages of the assistant are the answer. */
      const roles = new Map<unknown, string>();
      return (data, write) => {
        const { delta, messageId: id, toolCallId: key, toolCallName: name } = data ?? {};
        const type = typeOf(data);
        switch (type) {
          case 'RUN_STARTED':
            return write.emit({ type: 'start' });
          case 'TEXT_MESSAGE_START':
            roles.set(id, stringOf(data?.role));
            return;
          case 'TEXT_MESSAGE_CONTENT':
          case 'TEXT_MESSAGE_CHUNK': {
            const role = stringOf(data?.role) || roles.get(id) || '';
            roles.set(id, role);
            return /^(assistant)?$/.test(role)
              ? write.text(delta, id)
              : write.data('message', { ...data, role });
          }
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
            return finish(data, write);
        }
        if (/^(STATE|MESSAGES|ACTIVITY|STEP|TOOL_CALL_RESULT|CUSTOM|RAW)/.test(type)) write.data(type, data);
      };
    },
  });
}

function finish(data: Wire, write: Writer): void {
  write.usage(data?.usage);
  if (data?.result) write.data('result', data.result);
  const { interrupts } = data?.outcome ?? {};
  if (interrupts) write.data('interrupts', interrupts);
  const outcome = typeOf(data?.outcome);
  write.finish(
    outcome === 'success' ? '' : outcome || data?.finishReason,
    true,
    outcome === 'interrupt' ? 'tool-calls' : undefined,
  );
}

import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Decode, EventSchemas } from '../contract/events.ts';
import type { RawEvent } from '../contract/transport.ts';
import { DecodeError } from '../errors.ts';

/** Decodes an event's data. @throws DecodeError */
export function decodeEvent(event: RawEvent, decode: Decode): unknown {
  const { data } = event;
  try {
    if (typeof decode === 'function') return decode(data, event);
    // Not by a regular expression: that takes 4 % of what reading an event takes.
    if (decode === 'json' || (decode === 'auto' && (data[0] === '{' || data[0] === '['))) {
      // A piece of text may look like JSON.
      return event.type === 'text/plain' ? data : JSON.parse(data);
    }
    // Some servers write the field's name twice: https://github.com/sysid/sse-starlette/issues/63
    const twice = decode === 'auto' && data[0] === 'd' && event.type !== 'text/plain' && TWICE.exec(data);
    if (twice) return JSON.parse(twice[1]!);
  } catch (error) {
    if (decode !== 'auto') fail(event, 'could not be decoded', error);
  }
  return data;
}

const TWICE = /^data: ?([{[][^]*)/;

/**
 * Validates an event's data, if there is a schema for it. Gives a promise only where that validates in one.
 * @throws DecodeError, also in the promise
 */
export function validateEvent(event: RawEvent, value: unknown, schemas: EventSchemas): unknown {
  const schema = Object.hasOwn(schemas, event.type) ? schemas[event.type] : undefined;
  const result = schema?.['~standard'].validate(value);
  if (!result) return value;
  return result instanceof Promise ? result.then((late) => valueOf(event, late)) : valueOf(event, result);
}

function valueOf(event: RawEvent, result: StandardSchemaV1.Result<unknown>): unknown {
  return result.issues ? fail(event, 'does not fit its schema', result.issues) : result.value;
}

function fail({ type, data }: RawEvent, problem: string, cause: unknown): never {
  throw new DecodeError(`The data of event '${type}' ${problem}. See data and cause.`, { type, data, cause });
}

import { parseURL } from '../page-url.ts';
import { assertOptionTypes } from './option-types.ts';
import { hasBody } from './request.ts';
import { assertChoices, optionError, OptionsError } from '../errors.ts';
import type { StreamInput, StreamOptions } from '../contract/options.ts';

/** Characters that no header can contain, or that Node's `fetch` does not send: https://github.com/nodejs/undici/pull/5746 */
// oxlint-disable-next-line no-control-regex
export const CONTROL_CHARACTERS: RegExp = /[\0-\x08\x0A-\x1F\x7F]/;

/** Checks the options that do not depend on the transport. @throws OptionsError if one cannot be used */
export function validate(input: StreamInput, options: StreamOptions, isSafe: boolean): void {
  if (DEVELOPMENT) assertOptionTypes(options);
  assertChoices(options, {
    decode: 'auto json text',
    reconnect: 'resume always never',
    transport: 'auto eventsource fetch',
  });
  // What `fetch` cannot use would fail as it does without a network.
  for (const [option, value] of Object.entries(options) as [string, unknown][]) {
    try {
      if (/^(idem|lastE)/.test(option) && CONTROL_CHARACTERS.test(String(value)))
        throw new TypeError('a line end or control character');
      // Headers are read for each attempt, and a cache mode may depend on others.
      if (typeof value !== 'function' && !/^(body|cache|headers|signal)$/.test(option))
        new Request('http://a', { [option]: value });
    } catch (cause) {
      throw optionError(option, cause);
    }
  }
  // A Request or Response of another realm or package is not accepted: it would be converted to a URL.
  const isRequest = input instanceof Request;
  const isInput = isRequest || input instanceof Response || 'href' in Object(input);
  if (typeof input === 'string' ? !parseURL(input) : !isInput || (input as Response).bodyUsed) {
    throw new OptionsError('The input is no URL, relative without a page, or read already.', {
      option: 'input',
    });
  }
  const isResumable = isSafe || (options.resume && (hasBody(options) || !isRequest));
  if (options.resumeKey !== undefined && (input instanceof Response || !isResumable)) {
    throw new OptionsError(
      'After a reload only a GET is sent again. For a POST, set resume, and the body as an option.',
      { option: 'resumeKey' },
    );
  }
  if (hasBody(options) && isSafe) {
    throw new OptionsError('A GET or HEAD has no body. Leave method out, or set POST.', { option: 'method' });
  }
}

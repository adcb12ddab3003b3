import { parseURL } from '../page-url.ts';
import { hasBody } from './request.ts';
import { OptionsError } from '../errors.ts';
import type { StreamInput, StreamOptions } from '../contract/options.ts';

const CHOICES = {
  decode: 'auto json text',
  reconnect: 'resume always never',
  transport: 'auto eventsource fetch',
};

/** @throws OptionsError for what no stream can honour, whatever its transport. */
export function validate(input: StreamInput, options: StreamOptions, isSafe: boolean): void {
  for (const [option, choices] of Object.entries(CHOICES)) {
    const value = options[option as keyof typeof CHOICES];
    if (typeof value === 'string' && !choices.split(' ').includes(value)) {
      throw new OptionsError(`${option} is '${value}'. It takes one of: ${choices}.`, { option });
    }
  }
  // A Request or Response of another realm or package would be taken for an address.
  const isInput = input instanceof Request || input instanceof Response || 'href' in Object(input);
  if (typeof input === 'string' ? !parseURL(input) : !isInput) {
    throw new OptionsError('The input is no URL, Request or Response, or relative where there is no page.', {
      option: 'input',
    });
  }
  if (options.resumeKey !== undefined && (input instanceof Response || (!isSafe && !options.resume))) {
    throw new OptionsError('After a reload only a URL by GET is asked again. For a POST, set resume.', {
      option: 'resumeKey',
    });
  }
  if (options.resumeKey !== undefined && !isSafe && input instanceof Request && !hasBody(options)) {
    throw new OptionsError('resumeKey belongs to one body: set the option body, not that of a Request.', {
      option: 'resumeKey',
    });
  }
  if (hasBody(options) && isSafe) {
    throw new OptionsError('A GET or HEAD has no body. Leave method out, or set POST.', { option: 'method' });
  }
}

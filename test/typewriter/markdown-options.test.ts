/** Options of markdown that development builds refuse, as they would have no effect or another one. */
import { expect, test } from 'vitest';
import { markdown, type MarkdownOptions } from '../../src/typewriter/views/markdown/index.ts';

const PROTOCOLS = "It takes a list of protocols, such as ['https:', 'mailto:'].";
const ORIGINS = "It takes a list of origins, such as ['https://images.example.com'].";

test.each<[object, string]>([
  [{ links: 'https:' }, `links is "https:". ${PROTOCOLS}`],
  [{ links: ['https'] }, `links is ["https"]. ${PROTOCOLS}`],
  [{ links: ['https://a.example'] }, `links is ["https://a.example"]. ${PROTOCOLS}`],
  [{ images: 'https://a.example' }, `images is "https://a.example". ${ORIGINS}`],
  [{ images: ['https://a.example/'] }, `images is ["https://a.example/"]. ${ORIGINS}`],
  [{ images: ['a.example'] }, `images is ["a.example"]. ${ORIGINS}`],
  [{ images: ['*'] }, `images is ["*"]. ${ORIGINS}`],
  [{ images: ['https://*.a.example:443'] }, `images is ["https://*.a.example:443"]. ${ORIGINS}`],
  [{ images: ['data:'] }, `images is ["data:"]. ${ORIGINS}`],
  [{ math: true }, 'math is true. It takes a function.'],
  [{ highlight: 'hljs' }, 'highlight is "hljs". It takes a function.'],
  [{ sanitize: {} }, 'sanitize is {}. It takes a function.'],
  [{ link: '_blank' }, 'link is "_blank". It takes a function.'],
  [{ onBlock: [] }, 'onBlock is []. It takes a function.'],
  [{ singleTilde: 'false' }, 'singleTilde is "false". It takes true or false.'],
])('the option of %j is an error that names what it takes', (options, message) => {
  expect(() => markdown(options)).toThrow(message);
});

test('options that are not given, and lists of all kinds, are taken', () => {
  const nothing = { links: undefined, images: null, math: null, singleTilde: undefined };
  for (const options of [
    undefined,
    nothing,
    { links: [], images: [] },
    {
      links: ['https:', 'web+tea:'],
      images: ['http://localhost:3000', 'http://[::1]:8080', location.origin],
    },
  ])
    expect(markdown(options as MarkdownOptions)).toBeTypeOf('function');
});

/**
 * What a model's links and images may do.
 *
 * @example
 * import { markdown, type LinkPolicy } from 'teleprinter/markdown';
 * const policy: LinkPolicy = { links: ['https:'], images: ['https://images.example.com'] };
 * const view = markdown(policy);
 */
export interface LinkPolicy {
  /**
   * The protocols that a link may have; any other link is its text. Relative links have the page's.
   * @default ['http:', 'https:', 'mailto:']
   */
  readonly links?: readonly string[] | undefined;
  /**
   * The origins that an image may come from, e.g. `https://images.example.com`; any other image is its text. An image
   * is fetched without a click, so its address can carry off what a prompt injection finds.
   * @default []
   */
  readonly images?: readonly string[] | undefined;
}

/** The whole address of a link, if it may be one: https://url.spec.whatwg.org/#concept-url-parser */
export function linkURL(
  href: string,
  { links = ['http:', 'https:', 'mailto:'] }: LinkPolicy,
): string | undefined {
  const url = parse(href);
  return url && links.includes(url.protocol) ? url.href : undefined;
}

/** The whole address of an image, if it may be fetched. */
export function imageURL(href: string, { images = [] }: LinkPolicy): string | undefined {
  const url = parse(href);
  // The origin of what has none is the string `null`.
  return url && /^https?:$/.test(url.protocol) && images.includes(url.origin) ? url.href : undefined;
}

function parse(href: string): URL | undefined {
  try {
    // Most addresses are whole: the page's need not be read, too.
    return new URL(href, /^https?:\/\//i.test(href) ? undefined : document.baseURI);
  } catch {
    // What is no address is no link.
    return undefined;
  }
}

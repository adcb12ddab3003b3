/** Which links and images of a model may go into the page. */
import { createElement, fragmentOf } from './elements.ts';
import type { Guarded } from './hooks.ts';
import { opaqueSources } from './patch.ts';

/**
 * The links and images that a model may use.
 *
 * @example
 * import { markdown, type LinkPolicy } from 'teleprinter/markdown';
 * const policy: LinkPolicy = { links: ['https:'], images: ['https://images.example.com'] };
 * const view = markdown(policy);
 */
export interface LinkPolicy {
  /**
   * The allowed protocols of links; any other link is shown as text. Relative links have the protocol of the page.
   * @default ['http:', 'https:', 'mailto:']
   */
  readonly links?: readonly string[] | undefined;
  /**
   * The allowed origins of images, e.g. `https://images.example.com`; any other image is shown as its alt text. An image
   * is fetched without a click, so a prompt injection can leak data in its URL.
   * @default []
   */
  readonly images?: readonly string[] | undefined;
}

export type LinkHook = Guarded<[link: HTMLAnchorElement, url: URL], unknown>;

/** The policy, and the hook that the page has for links. */
export interface LinkOptions extends LinkPolicy {
  readonly link?: LinkHook | undefined;
}

/**
 * Creates a link that passes on no referrer, opener or ranking. Returns a fragment of its content if the page forbids it,
 * and of what was written if the policy does.
 */
export function createLink(
  href: string | undefined,
  title: string | undefined,
  nodes: readonly Node[],
  policy: LinkOptions,
  written: readonly Node[] = nodes,
): Node {
  const url = href === undefined ? undefined : linkURL(href, policy);
  if (url === undefined) return fragmentOf(written);
  const link = createElement('a', nodes);
  link.href = url;
  link.rel = 'noopener noreferrer nofollow';
  if (title) link.title = title;
  if (!policy.link) return link;
  // What the page makes of a link belongs to the page. A changed address creates a new link.
  opaqueSources.set(link, link.outerHTML);
  const restore = (isComplete: boolean): unknown => isComplete || link.replaceChildren(...nodes);
  return policy.link(restore, link, new URL(url)) === false ? fragmentOf(nodes) : link;
}

/** Returns the absolute URL of a link, or `undefined` if the policy forbids it. https://url.spec.whatwg.org/#concept-url-parser */
function linkURL(href: string, { links = ['http:', 'https:', 'mailto:'] }: LinkPolicy): string | undefined {
  const url = parse(href);
  return url && isIn(links, url.protocol) ? url.href : undefined;
}

/** Returns the absolute URL of an image, or `undefined` if the policy forbids it. */
export function imageURL(href: string, { images = [] }: LinkPolicy): string | undefined {
  const url = parse(href);
  // A URL without an origin has the origin `'null'`, a string.
  return url && /^https?:$/.test(url.protocol) && isIn(images, url.origin) ? url.href : undefined;
}

/** A single text is a list of one: as a text it would allow each of its parts, such as an origin that it begins with. */
const isIn = (list: readonly string[], item: string): boolean => [list].flat().includes(item);

function parse(href: string): URL | undefined {
  try {
    // Most addresses are absolute: reading `baseURI` costs time.
    return new URL(href, /^https?:\/\//i.test(href) ? undefined : document.baseURI);
  } catch {
    // An invalid URL is not a link.
    return undefined;
  }
}

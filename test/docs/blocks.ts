import { readdirSync, readFileSync } from 'node:fs';

/** A block of code in the README or the pages of `docs/`. */
export interface Block {
  /** The page and the line, for messages: `guide/servers.md:12`. */
  readonly place: string;
  readonly page: string;
  readonly language: string;
  /** What stands in brackets behind the language: a file name, as the page shows it. */
  readonly title: string;
  readonly code: string;
  /** What the block takes for granted, from a comment `<!-- given … -->` before it. */
  readonly given: string;
}

export const README = '../README.md';

/** The pages that somebody wrote: those under `api/` are made. */
export const pages: readonly string[] = [
  README,
  ...['', 'guide', 'guide/start', 'reference'].flatMap((folder) =>
    readdirSync(`docs/${folder}`)
      .filter((file) => file.endsWith('.md'))
      .map((file) => (folder ? `${folder}/${file}` : file)),
  ),
];

/** All blocks of code, in the order of the pages. */
export const blocks: readonly Block[] = pages.flatMap((page) => blocksOf(page));

function blocksOf(page: string): Block[] {
  const text = readFileSync(`docs/${page}`, 'utf8');
  const pattern = /(?:<!-- given\n(.*?)-->\n+)?^```(\w+)[ \t]*(?:\[(.+?)\])?[^\n]*\n(.*?)^```$/gms;
  return Array.from(text.matchAll(pattern), (match) => {
    const [whole, given = '', language = '', title = '', code = ''] = match;
    const line = text.slice(0, match.index + whole.indexOf('```')).split('\n').length;
    return { place: `${page}:${line}`, page, language, title, code, given };
  });
}

/** The blocks in one of these languages. */
export const blocksIn = (...languages: string[]): Block[] =>
  blocks.filter(({ language }) => languages.includes(language));

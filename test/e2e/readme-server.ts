import { blocks, README } from '../docs/blocks.ts';
import { startServer, type RunningServer } from '../docs/server.ts';

const inReadme = blocks.filter(({ page }) => page === README);
/** The README's blocks in one language. */
export const readmeBlocks = (language: string): readonly string[] =>
  inReadme.filter((block) => block.language === language).map(({ code }) => code);

/** The code block of a page in `docs/` that contains this text. */
export function blockOf(page: string, text: string): string {
  const found = blocks.filter((block) => block.page === page && block.code.includes(text));
  if (found.length !== 1) throw new Error(`${page} has ${found.length} blocks with ${text}.`);
  return found[0]!.code;
}

/** The code of the README's server. */
export const readmeServer = inReadme.find(({ title }) => title === 'server.mjs')!.code;
const serverWithoutRelay = blockOf('guide/servers.md', 'new AbortController()');

/** Runs the README's server with the model at this URL. Its page contains the README's tag. */
export const startReadmeServer = (baseURL: string): Promise<RunningServer> =>
  startServer(readmeServer, baseURL, { 'index.html': readmeBlocks('html')[0]! });

/** Runs the guide's server without a relay. */
export const startPlainServer = (baseURL: string): Promise<RunningServer> =>
  startServer(serverWithoutRelay, baseURL);

/**
 * The pages of `docs/guide/start/`, each of which makes the project of its name in `examples/` from an empty folder. The projects
 * are what is edited: run by itself (`npm run examples`), this writes their files into the pages' blocks.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = 'docs/guide/start';
const FENCE = /^```(\w+)(?: \[(.+?)\])?\n(.*?)^```$/gms;

/** The names of the pages, which are those of the projects. */
export const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.md') && file !== 'index.md')
  .map((file) => file.replace('.md', ''));

/**
 * What a page says to do, in its order: commands to run, and files to write, which have a path.
 *
 * @returns {{ language: string, path: string | undefined, code: string }[]}
 */
export function stepsOf(name) {
  const page = readFileSync(`${FOLDER}/${name}.md`, 'utf8');
  return Array.from(page.matchAll(FENCE), ([, language = '', path, code = '']) => ({
    language,
    path,
    code,
  }));
}

function writePage(name) {
  const file = `${FOLDER}/${name}.md`;
  const page = readFileSync(file, 'utf8').replaceAll(FENCE, (block, language, path) => {
    const own = `examples/${name}/${path}`;
    if (!path || !existsSync(own)) return block;
    return `\`\`\`${language} [${path}]\n${readFileSync(own, 'utf8')}\`\`\``;
  });
  writeFileSync(file, page);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) names.forEach(writePage);

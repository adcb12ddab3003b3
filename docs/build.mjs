/**
 * `npm run docs` builds the site into `docs/.vitepress/dist`; `npm run docs -- dev` serves it while you write. The site has
 * packages of its own, which are installed where they are missing.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const run = (command, ...args) => execFileSync(command, args, { cwd: folder, stdio: 'inherit' });
const bin = (name) => `${folder}node_modules/.bin/${name}`;

const done = `${folder}node_modules/.package-lock.json`;
if (!existsSync(done) || statSync(done).mtimeMs < statSync(`${folder}package-lock.json`).mtimeMs)
  run('npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');

// The reference, of the doc comments.
rmSync(`${folder}api`, { recursive: true, force: true });
run(bin('typedoc'));
nameEntryPoints(`${folder}api/`);
run(bin('vitepress'), process.argv[2] === 'dev' ? 'dev' : 'build', '.');

/** Gives the pages of the reference the names that a program imports; TypeDoc knows those of files. */
function nameEntryPoints(api) {
  const entryOf = (page) => (page === 'index-1' ? 'teleprinter' : `teleprinter/${page}`);
  const pages = readdirSync(api).map((file) => file.replace('.md', ''));
  // VitePress counts headings that are equal letter by letter, TypeDoc also those that differ in small letters.
  const headings = Object.fromEntries(
    pages.map((page) => [
      page,
      read(page)
        .match(/^#+ .*$/gm)
        .map((line) => line.replace(/^#+ |\W/g, '')),
    ]),
  );
  const count = (page, slug) => headings[page].filter((one) => one.toLowerCase() === slug).length;
  const linkOf = (page) => (link, target, slug, number) =>
    Number(number) < count(target || page, slug) ? link : `](${target ? `${target}.md` : ''}#${slug})`;
  function read(page) {
    return readFileSync(`${api}${page}.md`, 'utf8');
  }
  for (const page of pages) {
    const text = read(page)
      .replace(/^# (.*)$/m, page === 'index' ? '# $1' : `# ${entryOf(page)}`)
      .replaceAll(/\]\((?:([\w-]+)\.md)?#(\w+)-(\d+)\)/g, linkOf(page))
      .replaceAll(/^- \[[\w-]+\]\(([\w-]+)\.md\)$/gm, (_, name) => `- [${entryOf(name)}](${name}.md)`)
      .replaceAll('index-1.md', 'teleprinter.md');
    writeFileSync(`${api}${page === 'index-1' ? 'teleprinter' : page}.md`, text);
  }
  rmSync(`${api}index-1.md`);
}

/**
 * The script tag of the README, of the pages in `docs/` and of the examples, whose integrity covers the file that the build makes. Run by
 * itself (`npm run readme`) it writes the version and the integrity of this build into them.
 * https://www.w3.org/TR/sri-2/
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SCRIPT_TAG = /<script\s+src="https:\/\/unpkg\.com\/teleprinter[^>]*>\s*<\/script>/g;

export function scriptTag() {
  const { version, unpkg } = JSON.parse(readFileSync('package.json', 'utf8'));
  const digest = createHash('sha384').update(readFileSync(unpkg)).digest('base64');
  const url = `https://unpkg.com/teleprinter@${version}/${unpkg.replace('./', '')}`;
  return `<script src="${url}" integrity="sha384-${digest}" crossorigin="anonymous"></script>`;
}

/** All script tags in a text that load Teleprinter from a CDN, each on one line. */
export function scriptTagsIn(text) {
  const tags = text.match(SCRIPT_TAG) ?? [];
  return tags.map((tag) => tag.replaceAll(/\s+/g, ' ').replaceAll(/ ?> ?/g, '>'));
}

/** The files that contain such tags. */
export function filesWithTags() {
  const guide = readdirSync('docs/guide', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.md'),
  );
  const pages = guide.map((page) => `docs/guide/${page}`);
  const examples = readdirSync('examples').map((name) => `examples/${name}/public/index.html`);
  const files = ['README.md', ...pages, ...examples.filter(existsSync)];
  return files.filter((file) => scriptTagsIn(readFileSync(file, 'utf8')).length > 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const attributes = scriptTag().match(/(src|integrity)="[^"]*"/g);
  for (const file of filesWithTags()) {
    // A tag may span several lines.
    const text = readFileSync(file, 'utf8').replaceAll(SCRIPT_TAG, (tag) =>
      attributes.reduce((so, one) => so.replace(new RegExp(`${one.split('=')[0]}="[^"]*"`), one), tag),
    );
    writeFileSync(file, text);
  }
}

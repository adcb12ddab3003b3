/**
 * The script tag of the README, whose integrity covers the file that the build makes. Run by itself (`npm run readme`)
 * it writes the version and the integrity of this build into the README.
 * https://www.w3.org/TR/sri-2/
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SCRIPT_TAG = /<script src="https:\/\/unpkg\.com\/teleprinter[^>]*><\/script>/g;

export function scriptTag() {
  const { version, unpkg } = JSON.parse(readFileSync('package.json', 'utf8'));
  const digest = createHash('sha384').update(readFileSync(unpkg)).digest('base64');
  const url = `https://unpkg.com/teleprinter@${version}/${unpkg.replace('./', '')}`;
  return `<script src="${url}" integrity="sha384-${digest}" crossorigin="anonymous"></script>`;
}

/** All script tags of a text that load Teleprinter from a CDN. */
export function scriptTagsIn(text) {
  return text.match(SCRIPT_TAG) ?? [];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const readme = readFileSync('README.md', 'utf8');
  writeFileSync('README.md', readme.replaceAll(SCRIPT_TAG, scriptTag()));
}

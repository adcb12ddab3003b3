/** The pages that are made of the doc comments: `npm run docs` has written them into `docs/api/`. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exportsOfPackage } from '../exports.ts';

const pageOf = (entry: string): string => `${entry.replace('teleprinter/', '')}.md`;

/** What each page says of each name: `core.md stream`. */
function sections(): Map<string, string> {
  const found = new Map<string, string>();
  for (const page of readdirSync('docs/api')) {
    for (const section of readFileSync(`docs/api/${page}`, 'utf8').split(/^(?=#{2,3} )/m)) {
      const [, name] = /^### (?:abstract )?(\w+)/.exec(section) ?? [];
      const key = `${page} ${name}`;
      if (name) found.set(key, (found.get(key) ?? '') + section);
    }
  }
  return found;
}

test('every name of every entry point is in the reference, with an example', () => {
  const all = sections();
  const lacking = exportsOfPackage().filter(({ entry, name }) => {
    const section = all.get(`${pageOf(entry)} ${name}`) ?? '';
    // What another entry point has, too, is told there.
    const [, own, page = pageOf(entry)] = /^Re-exports \[(\w+)\]\((.*?\.md)?#/m.exec(section) ?? [];
    return !/^#+ Examples?$/m.test(own ? (all.get(`${page} ${own}`) ?? '') : section);
  });
  expect(lacking.map(({ entry, name }) => `${entry} ${name}`)).toEqual([]);
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const read = (path: string): string => readFileSync(path, 'utf8');
/** All files and folders that the documents may name. */
const paths = ['src', 'test', 'demo', '.ci'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.includes('node_modules'))
    .map((path) => `/${root}/${path}`),
);
/** Whether a path, or the end of one, is there. */
const isThere = (path: string): boolean =>
  existsSync(path) || paths.some((one) => one.endsWith(`/${path.replace(/\/$/, '')}`));

describe.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'test/README.md'])('%s', (document) => {
  const named = Array.from(
    read(document).matchAll(/`([\w./-]+(?:\/|\.ts|\.mjs|\.md))`/g),
    ([, path = '']) => path,
  )
    // `x.test.ts` stands for any test, and the standard's own tests are elsewhere.
    .filter((path) => !/^x\.|^eventsource\/$/.test(path));

  test.each([...new Set(named)])('names a file or folder that is there: %s', (path) => {
    expect(isThere(path)).toBe(true);
  });
});

test('the table of rooms is the one that the check of imports uses', () => {
  const [, code = ''] = /const ROOMS = \{(.*?)\n\};/s.exec(read('test/rooms.mjs')) ?? [];
  const checked = Array.from(code.matchAll(/^ {2}(\w+): \[(.*)\]/gm), ([, room, list = '']) => [
    room,
    list.match(/\w+/g) ?? [],
  ]);
  const [, table = ''] = /## The rooms(.*?)\n## /s.exec(read('ARCHITECTURE.md')) ?? [];
  const told = Array.from(table.matchAll(/^\| `(\w+)\/` \|.*\|(.*)\|$/gm), ([, room, list = '']) => [
    room,
    list.match(/\w+/g) ?? [],
  ]);
  expect(told.length).toBeGreaterThan(5);
  expect(told).toEqual(checked);
});

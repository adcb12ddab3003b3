import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const read = (path: string): string => readFileSync(path, 'utf8');
/** Where a path in the documents may begin. */
const ROOTS = ['', 'src/', 'test/', 'src/typewriter/'];

describe.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'test/README.md'])('%s', (document) => {
  const named = Array.from(
    read(document).matchAll(/`([\w./-]+(?:\/|\.ts|\.mjs|\.md))`/g),
    ([, path = '']) => path,
  )
    // `x.test.ts` stands for any test, and the standard's own tests are elsewhere.
    .filter((path) => !/^x\.|^eventsource\/$/.test(path));

  test.each([...new Set(named)])('names a file or folder that is there: %s', (path) => {
    const inRooms = path.includes('/') ? [] : ['connection', 'transports', 'stream', 'formats', 'typewriter'];
    const roots = [...ROOTS, ...inRooms.map((room) => `test/${room}/`), 'test/e2e/', 'src/typewriter/views/'];
    expect(roots.filter((root) => existsSync(root + path))).not.toEqual([]);
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

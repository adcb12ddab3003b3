/**
 * Checks the rooms of `src/` (see ARCHITECTURE.md): an import goes only where the table allows, type imports included,
 * and none is circular. Names both files of each wrong import.
 * `node test/rooms.mjs <folder>` checks another folder of the same structure.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The rooms that each room may import, besides itself and the shared files at the root. */
const ROOMS = {
  contract: [],
  transports: ['contract'],
  connection: ['transports', 'contract'],
  formats: ['contract'],
  stream: ['connection', 'formats', 'contract'],
  conversation: ['stream', 'contract'],
  json: ['contract'],
  typewriter: ['contract'],
  element: ['stream', 'typewriter', 'contract'],
  frameworks: ['stream', 'typewriter', 'conversation', 'contract'],
  server: ['stream', 'formats', 'contract'],
};
/** Files at the root that every room may import. They are not entry points. */
const SHARED = new Set(['errors', 'depth', 'done', 'is-response', 'page-url', 'random-key', 'development.d']);

const root = process.argv[2] ?? 'src';
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports = new Map(files.map((file) => [file, importsOf(file)]));
const problems = [];

for (const [file, targets] of imports) {
  for (const target of targets) {
    if (!imports.has(target)) problems.push(`${file} imports ${target}, which is not there`);
    else if (!mayImport(file, target)) problems.push(`${file} may not import ${target}`);
  }
}
for (const circle of circles()) problems.push(`a circle: ${circle.join(' → ')}`);

if (problems.length) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
} else console.log(`${files.length} files, ${[...imports.values()].flat().length} imports: all go one way`);

/** The files that a file imports, as paths below the root. */
function importsOf(file) {
  const text = readFileSync(join(root, file), 'utf8').replace(/\/\*[^]*?\*\//g, '');
  const paths = text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return Array.from(paths, ([, path]) => relative(root, join(root, dirname(file), path)));
}

/** The room of a file; `''` at the root. */
function roomOf(file) {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : '';
}

function isShared(file) {
  return SHARED.has(file.replace(/\.ts$/, ''));
}

function mayImport(file, target) {
  const [from, to] = [roomOf(file), roomOf(target)];
  if (isShared(target)) return true;
  // An entry point may import any room and other entry points. Only entry points may import one.
  if (from === '') return !isShared(file) || to === '';
  return from === to || (ROOMS[from]?.includes(to) ?? false);
}

/** Each circular import once, as the list of its files. */
function* circles() {
  const done = new Set();
  const path = [];
  function* visit(file) {
    if (path.includes(file)) yield [...path.slice(path.indexOf(file)), file];
    else if (!done.has(file)) {
      path.push(file);
      for (const target of imports.get(file) ?? []) yield* visit(target);
      path.pop();
      done.add(file);
    }
  }
  for (const file of files) yield* visit(file);
}

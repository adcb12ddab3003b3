/** The built files, as bundlers and other compilers read them. */
import { readdirSync, readFileSync } from 'node:fs';
import { parseAst } from 'rollup/parseAst';
import { expect, test } from 'vitest';

const modules = readdirSync('dist', { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.js'),
);

/** The types of all nodes of a module. */
function nodeTypesIn(file: string): Set<string> {
  const types = new Set<string>();
  JSON.stringify(parseAst(readFileSync(`dist/${file}`, 'utf8')), (key, value: unknown) => {
    if (key === 'type') types.add(String(value));
    return value;
  });
  return types;
}

const using = (type: string): string[] => modules.filter((file) => nodeTypesIn(file).has(type));

test('no module has what Babel does not compile for React Native: static blocks', () => {
  expect(modules.length).toBeGreaterThan(60);
  expect(using('StaticBlock')).toEqual([]);
});

test('only the element loads something later: Hermes reads no module with an import()', () => {
  expect(using('ImportExpression').toSorted()).toEqual(['development/element.js', 'element.js']);
});

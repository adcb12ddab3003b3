/** The built files, as bundlers and other compilers read them. */
import { readdirSync, readFileSync } from 'node:fs';
import { parseAst } from 'rollup/parseAst';
import { expect, test } from 'vitest';

const modules = readdirSync('dist', { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.js'),
);

/** The modules with a node of this type. Only those whose text may have one are parsed. */
function using(type: string, pattern: RegExp): string[] {
  return modules.filter((file) => {
    const code = readFileSync(`dist/${file}`, 'utf8');
    return pattern.test(code) && JSON.stringify(parseAst(code)).includes(`"type":"${type}"`);
  });
}

test('no module has what Babel does not compile for React Native: static blocks', () => {
  expect(modules.length).toBeGreaterThan(60);
  expect(using('StaticBlock', /\bstatic\s*\{/)).toEqual([]);
});

test('only the element loads something later: Hermes reads no module with an import()', () => {
  expect(using('ImportExpression', /\bimport\s*\(/).toSorted()).toEqual([
    'development/element.js',
    'element.js',
  ]);
});

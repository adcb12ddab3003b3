/** The reference: what each exported name is, and an example of it, in its doc comment. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isWhole } from './share.ts';
import { scriptsOf } from './docs/scripts.ts';
import { examplesOf, exportsOfPackage } from './exports.ts';

/** Not under `node_modules`, so that `teleprinter` is found by its own name. */
const FOLDER = '.cache/reference';
const names = exportsOfPackage();
/** Each declaration once, by the first entry point that exports it. */
const declared = [...new Map(names.map((one) => [`${one.file} ${one.name}`, one])).values()];

test('every exported name says what it is, and has an example', () => {
  expect(declared.length).toBeGreaterThan(150);
  expect(
    declared
      .filter(({ comment }) => !/^\/\*\*\s+(\*\s+)?[`<\w]/.test(comment) || examplesOf(comment).length === 0)
      .map(({ name, file }) => `${name} in ${file}`),
  ).toEqual([]);
});

test('every example names what it is an example of, and imports it from where it is', () => {
  const lost = declared.flatMap(({ name, comment }) => {
    const code = examplesOf(comment).map((example) => example.code);
    const isShown = code.some(
      (text) => new RegExp(String.raw`\b${name}\b`).test(text) || isElement(name, text),
    );
    return isShown ? [] : [`${name}: ${code.join('\n')}`];
  });
  expect(lost).toEqual([]);
});

/** A tag, or another name for what `typeof` is. */
const isElement = (name: string, text: string): boolean =>
  (name === 'TelePrinterElement' && text.includes('<tele-printer')) ||
  (name === 'vTypewriter' && text.includes('v-typewriter'));

test.runIf(isWhole)(
  'every example has the types that it claims',
  () => {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    let count = 0;
    for (const { entry, name, comment } of declared) {
      for (const example of examplesOf(comment)) {
        for (const [extension, code] of scriptsOf(example)) {
          const file = `${entry.replaceAll(/\W/g, '-')}-${name}-${count++}.${extension}`;
          writeFileSync(join(FOLDER, file), `${code}\nexport {};\n`);
        }
      }
    }
    expect(count).toBeGreaterThan(150);
    const config = {
      extends: '../../tsconfig.json',
      compilerOptions: {
        types: ['node'],
        typeRoots: ['../../node_modules/@types'],
        jsx: 'react-jsx',
        rootDir: '../..',
      },
      include: ['.'],
    };
    writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(config));
    const { stdout } = spawnSync('node_modules/.bin/tsc', ['-p', FOLDER, '--pretty', 'false'], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  },
  60_000,
);

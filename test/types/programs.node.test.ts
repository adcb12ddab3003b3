/** A share of `npm run test:types`: the programs for pages, by the compiler of this repository. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isWhole } from '../share.ts';

test.runIf(isWhole)(
  'programs of users have the types that they claim, by the built package',
  () => {
    // Here `teleprinter` is found by its own name.
    const folder = '.cache/programs';
    rmSync(folder, { recursive: true, force: true });
    cpSync('test/types/programs', folder, { recursive: true });
    const compilerOptions = {
      target: 'ES2022',
      lib: ['ES2022', 'DOM', 'DOM.Iterable'],
      module: 'ESNext',
      moduleResolution: 'bundler',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      types: [],
      jsx: 'react-jsx',
      noEmit: true,
      // So that it goes to the built types, as everybody else does, and not to their source.
      rootDir: '../..',
    };
    const programs = {
      page: { compilerOptions, files: ['core.ts', 'page.ts', 'react.tsx'] },
      server: {
        compilerOptions: { ...compilerOptions, lib: ['ES2022'], types: ['node'] },
        files: ['server.ts'],
      },
    };
    for (const [name, config] of Object.entries(programs)) {
      writeFileSync(`${folder}/${name}.json`, JSON.stringify(config));
      const { stdout } = spawnSync(
        'node_modules/.bin/tsc',
        ['-p', `${folder}/${name}.json`, '--pretty', 'false'],
        {
          encoding: 'utf8',
        },
      );
      expect(stdout).toBe('');
    }
  },
  60_000,
);

test('moduleResolution node10 finds every entry point that others find', () => {
  const { exports, typesVersions } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    exports: Record<string, { types?: string }>;
    typesVersions: { '*': Record<string, string[]> };
  };
  const typed = Object.entries(exports).filter(([name, { types }]) => name !== '.' && types);
  expect(typesVersions['*']).toEqual(
    Object.fromEntries(typed.map(([name, { types }]) => [name.slice('./'.length), [types]])),
  );
});

/** Programs as users write them, checked against the packed package by their compilers. */
import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { blocksIn } from '../docs/blocks.ts';

/** What the compilers need; kept from one run to the next, as git ignores it. */
const FOLDER = '.cache/types';

beforeAll(() => {
  mkdirSync(FOLDER, { recursive: true });
  const installed = join(FOLDER, 'node_modules/.package-lock.json');
  const wanted = 'test/types/package-lock.json';
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(wanted).mtimeMs) {
    for (const file of ['package.json', 'package-lock.json'])
      cpSync(`test/types/${file}`, join(FOLDER, file));
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    execFileSync('npm', ['ci', ...options], { cwd: FOLDER, stdio: 'inherit' });
  }
  for (const name of ['programs', 'jest']) {
    rmSync(join(FOLDER, name), { recursive: true, force: true });
    cpSync(`test/types/${name}`, join(FOLDER, name), { recursive: true });
  }
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', FOLDER], {
    encoding: 'utf8',
  });
  const own = join(FOLDER, 'node_modules/teleprinter');
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own);
  execFileSync('tar', ['xzf', join(FOLDER, packed.trim()), '-C', own, '--strip-components=1']);
});

const COMPILERS: Record<string, string> = {
  '5.4': 'typescript-5.4',
  '5.9': 'typescript-5.9',
  // By this name vue-tsc and svelte-check ask for it.
  '6.0': 'typescript',
  '7.0': 'typescript-7',
};

test('the compilers are those that the names say', () => {
  for (const [version, folder] of Object.entries(COMPILERS)) {
    const file = join(FOLDER, 'node_modules', folder, 'package.json');
    expect((JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version.slice(0, 3)).toBe(version);
  }
});

/** TypeScript 6 has `node10` only behind an option, 7 not at all. */
const PAGES: readonly [version: string, resolution: string][] = [
  ['5.4', 'bundler'],
  ['5.4', 'node10'],
  ['5.9', 'nodenext'],
  ['5.9', 'node10'],
  ['6.0', 'bundler'],
  ['6.0', 'nodenext'],
  ['7.0', 'bundler'],
  ['7.0', 'node16'],
  ['7.0', 'nodenext'],
];

test.concurrent.each(PAGES)(
  'TypeScript %s, moduleResolution %s: the stream, the element, EventSource, React 19',
  async (version, resolution) => {
    expect(await check(version, resolution, ['core.ts', 'page.ts', 'react.tsx'])).toEqual([]);
  },
);

test.concurrent.each(['5.4', '7.0'])('TypeScript %s: React 18', async (version) => {
  const types = './node_modules/types-react-18';
  const paths = { react: [types], 'react/jsx-runtime': [`${types}/jsx-runtime`] };
  expect(await check(version, 'bundler', ['react.tsx'], { paths })).toEqual([]);
});

test.concurrent.each(['5.4', '7.0'])('TypeScript %s: a server in Node, without the DOM', async (version) => {
  const node = { lib: ['ES2022'], types: ['node'] };
  expect(await check(version, version === '5.4' ? 'node16' : 'nodenext', ['server.ts'], node)).toEqual([]);
});

test.concurrent('TypeScript 7.0: Solid', async () => {
  expect(await check('7.0', 'bundler', ['solid.ts'])).toEqual([]);
});

test('a page without a framework needs no other types', async () => {
  const files = await check('7.0', 'bundler', ['core.ts', 'page.ts'], { listFiles: true });
  const others = files
    .map((file) => file.replace(/^.*\/\.cache\/types\//, ''))
    .filter(
      (file) =>
        !/^(programs|node_modules\/(teleprinter|@standard-schema|(@typescript|typescript-7)\/))/.test(file),
    );
  expect(files.length).toBeGreaterThan(50);
  expect(others).toEqual([]);
});

test.concurrent.each(['Answer.vue', 'Global.vue'])('vue-tsc, strict templates: %s', async (file) => {
  const config = write(file, {
    compilerOptions: { ...options('bundler'), jsx: 'preserve' },
    vueCompilerOptions: { strictTemplates: true, dataAttributes: ['data-*'] },
    include: [`programs/${file}`],
  });
  expect(await run('vue-tsc/bin/vue-tsc.js', ['-p', config, '--pretty', 'false'])).toEqual([]);
});

test.concurrent('svelte-check: what is right has no error, and what is wrong has one each', async () => {
  const config = write('svelte', { compilerOptions: options('bundler'), include: ['programs/*.svelte'] });
  const lines = await run('svelte-check/bin/svelte-check', [
    '--tsconfig',
    config,
    '--output',
    'machine-verbose',
  ]);
  expect(lines.at(-1)).toContain('COMPLETED');
  const found = lines.flatMap((line): (string | number)[] => {
    const problem = /^\d+ (\{.*)$/.exec(line)?.[1];
    if (!problem) return [];
    const { filename, start, message } = JSON.parse(problem) as {
      filename: string;
      start: { line: number };
      message: string;
    };
    return filename === 'programs/wrong.svelte' ? [start.line + 1] : [`${filename}: ${message}`];
  });
  expect(found).toEqual([6, 7, 8, 9]);
});

test.concurrent('Jest in CommonJS, with the configuration of the guide', async () => {
  for (const { title, code, page } of blocksIn('js')) {
    if (page === 'guide/testing.md' && /^(jest|babel)\.config\.js$/.test(title))
      writeFileSync(join(FOLDER, 'jest/commonjs', title), code);
  }
  symlinkSync('../../node_modules', join(FOLDER, 'jest/commonjs/node_modules'));
  expect(await jest('commonjs')).toEqual('6 passed, 6 total');
});

test.concurrent('Jest with ES modules', async () => {
  writeFileSync(join(FOLDER, 'jest/modules/jest.config.js'), 'export default { transform: {} };');
  expect(await jest('modules')).toEqual('6 passed, 6 total');
});

async function jest(project: string): Promise<string> {
  const lines = await run('jest/bin/jest.js', [], join(FOLDER, 'jest', project));
  const last = lines.find((line) => line.startsWith('Tests: '));
  return last?.includes('failed') === false ? last.replace(/^Tests: +/, '') : lines.join('\n');
}

function options(moduleResolution: string): object {
  return {
    target: 'ES2022',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    module:
      moduleResolution.startsWith('node1') || moduleResolution === 'nodenext' ? moduleResolution : 'ESNext',
    moduleResolution,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    skipLibCheck: false,
    types: [],
    jsx: 'react-jsx',
    noEmit: true,
  };
}

function check(version: string, resolution: string, files: string[], more: object = {}): Promise<string[]> {
  const module = resolution === 'node10' && { module: 'ESNext' };
  const config = write([version, resolution, ...files, ...Object.keys(more)].join('-'), {
    compilerOptions: { ...options(resolution), ...module, ...more },
    files: files.map((file) => `programs/${file}`),
  });
  return run(`${COMPILERS[version]}/bin/tsc`, ['-p', config, '--pretty', 'false']);
}

function write(name: string, config: object): string {
  const file = `tsconfig.${name}.json`;
  writeFileSync(join(FOLDER, file), JSON.stringify(config));
  return file;
}

/** What a tool of the folder says, by lines. The flag is for Jest: in CommonJS it changes nothing. */
function run(script: string, args: string[], cwd = FOLDER): Promise<string[]> {
  return new Promise((done) => {
    const command = ['--experimental-vm-modules', resolve(FOLDER, 'node_modules', script), ...args];
    execFile(process.execPath, command, { cwd, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const lines = `${stdout}${stderr}`.split('\n').filter(Boolean);
      done(error && lines.length === 0 ? [error.message] : lines);
    });
  });
}

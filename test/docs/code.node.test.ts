/** The code in `docs/`: every block in a language of the web is checked against the built types, every server is asked. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isWhole } from '../share.ts';
import { startModel } from '../../demo/model.mjs';
import { blocks, blocksIn, pages, type Block } from './blocks.ts';
import { filesWithTags, scriptTag, scriptTagsIn } from '../script-tag.mjs';
import { scriptsOf } from './scripts.ts';
import { startServer } from './server.ts';

/** Not under `node_modules`, so that `teleprinter` is found by its own name. */
const FOLDER = '.cache/docs';
const { exports: entries } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Record<string, unknown>;
};

/** What a block imports that is not there: a package of `docs/`, or an entry point that is still to come. */
function missing(code: string): string[] {
  const names = Array.from(
    code.matchAll(/\bfrom '([^'.][^']*)'|^import '([^'.][^']*)'/gm),
    ([, a, b]) => a ?? b!,
  );
  return names.filter((name) => {
    if (name.startsWith('node:')) return false;
    if (/^teleprinter(\/|$)/.test(name)) return !(name.replace('teleprinter', '.') in entries);
    const folder = name.split('/', name.startsWith('@') ? 2 : 1).join('/');
    return !['node_modules', 'docs/node_modules'].some((root) => existsSync(join(root, folder)));
  });
}

beforeAll(() => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
});

/** Whether it is in one of the pages that begin with an empty folder. */
const isStart = ({ page }: Pick<Block, 'page'>): boolean => page.startsWith('guide/start/');

const LANGUAGES = ['js', 'jsx', 'mjs', 'ts', 'tsx', 'html', 'vue', 'svelte'];

describe('code blocks', () => {
  test('are many, and each is in a language that is checked or in none of ours', () => {
    expect(blocksIn(...LANGUAGES).length).toBeGreaterThan(40);
    const others = [
      'sh',
      'css',
      'json',
      'python',
      'ruby',
      'php',
      'go',
      'nginx',
      'apache',
      'toml',
      'yaml',
      'text',
      'http',
    ];
    expect(blocks.filter(({ language }) => ![...LANGUAGES, ...others].includes(language))).toEqual([]);
  });

  test.runIf(isWhole)(
    'have the types that they claim',
    () => {
      // Scripts of a page do not say that an element is there.
      const programs = { strict: ['ts', 'tsx'], loose: ['js', 'jsx', 'mjs'] };
      const places = new Map<string, string>();
      for (const block of blocksIn(...LANGUAGES)) {
        const absent = missing(block.given + block.code);
        if (absent.length) {
          // `npm run test:examples` installs what those pages say, and runs it.
          if (isStart(block)) continue;
          // The command of the site installs them.
          expect(
            process.env.DOCS && absent.some((name) => !name.startsWith('teleprinter/')),
            block.place,
          ).toBeFalsy();
          console.log(`${block.place} is not checked: ${absent.join(', ')} is not here`);
          continue;
        }
        for (const [at, [extension, code]] of scriptsOf(block).entries()) {
          const program = programs.strict.includes(extension) ? 'strict' : 'loose';
          // What it takes for granted is written with types.
          const type = block.given ? extension.replace('js', 'ts') : extension;
          const name = block.place.replaceAll(/[/:.]/g, '-');
          // The files of these pages import each other.
          const own = isStart(block) && /\.m?jsx?$/.test(block.title);
          const file = join(
            FOLDER,
            program,
            own ? `${block.page.replaceAll(/[/.]/g, '-')}/${block.title}` : `${name}-${at}.${type}`,
          );
          places.set(file, block.place);
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, `${block.given}\n${code}\nexport {};\n`);
        }
      }
      writeFileSync(
        join(FOLDER, 'loose', 'components.d.ts'),
        "declare module '*.vue';\ndeclare module '*.svelte';\n",
      );
      const problems: string[] = [];
      for (const program of Object.keys(programs)) {
        const isStrict = program === 'strict';
        const config = {
          extends: '../../../tsconfig.json',
          compilerOptions: {
            types: ['node'],
            typeRoots: ['../../../node_modules/@types'],
            strict: isStrict,
            allowJs: true,
            checkJs: true,
            noImplicitAny: isStrict,
            noUncheckedIndexedAccess: false,
            exactOptionalPropertyTypes: isStrict,
            noImplicitReturns: false,
            allowImportingTsExtensions: true,
            jsx: 'react-jsx',
            paths: {
              '*': [
                '../../../node_modules/@types/*',
                '../../../node_modules/*',
                '../../../docs/node_modules/*',
              ],
            },
            rootDir: '../../..',
          },
          include: ['.'],
          files: undefined,
        };
        writeFileSync(join(FOLDER, program, 'tsconfig.json'), JSON.stringify(config));
        const { stdout } = spawnSync(
          'node_modules/.bin/tsc',
          ['-p', join(FOLDER, program), '--pretty', 'false'],
          {
            encoding: 'utf8',
          },
        );
        for (const line of stdout.split('\n').filter((line) => line && !line.startsWith(' '))) {
          // Who writes JavaScript is not told of types: only of what is not there, and of options that are unknown.
          if (!isStrict && !/ error TS(1\d{3}|230[457]|2353|255[124]):/.test(line)) continue;
          problems.push(`${places.get(line.split('(')[0]!) ?? ''} ${line}`);
        }
      }
      expect(problems).toEqual([]);
    },
    120_000,
  );

  test('<tele-printer> has the attributes that the pages write', () => {
    const manifest = JSON.parse(readFileSync('custom-elements.json', 'utf8')) as {
      modules: { declarations: { attributes?: { name: string }[] }[] }[];
    };
    const known = manifest.modules.flatMap(({ declarations }) =>
      declarations.flatMap(({ attributes = [] }) => attributes.map(({ name }) => name)),
    );
    const others = ['id', 'class', 'style', 'slot', 'part', 'hidden', 'lang', 'dir', 'title'];
    for (const { place, code } of blocksIn('html')) {
      for (const [, attributes = ''] of code.matchAll(/<tele-printer\b([^>]*)>/g)) {
        for (const [, name = ''] of attributes.replaceAll(/"[^"]*"/g, '""').matchAll(/([\w-]+)/g))
          expect([...known, ...others], `${place}: ${name}`).toContain(name);
      }
    }
  });
});

test('script tags name this version, and the integrity of what the build makes', () => {
  const files = filesWithTags();
  expect(files.length).toBeGreaterThan(5);
  // `npm run readme` writes them.
  for (const file of files)
    for (const tag of scriptTagsIn(readFileSync(file, 'utf8'))) expect(tag, file).toBe(scriptTag());
});

describe('links', () => {
  test.each(pages)('%s leads to pages and headings that are there', (page) => {
    const text = readFileSync(`docs/${page}`, 'utf8').replaceAll(/^```.*?^```$/gms, '');
    const slug = (heading: string): string =>
      heading
        .toLowerCase()
        .replaceAll(/<[^>]*>|[`*]/g, '')
        .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
        .replaceAll(/^-|-$/g, '');
    for (const [, target = ''] of text.matchAll(/\]\(((?!\w+:|\/)[^)\s]+)\)/g)) {
      const [path = '', hash] = target.split('#');
      const file = path ? join('docs', dirname(page), path) : `docs/${page}`;
      if (file.startsWith('docs/api')) continue;
      expect(existsSync(file), `${page}: ${target}`).toBe(true);
      if (!hash) continue;
      const headings = Array.from(readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm), ([, one = '']) =>
        slug(one),
      );
      expect(headings, `${page}: ${target}`).toContain(hash);
    }
  });
});

describe('servers in other languages', () => {
  const CHECKS: Record<string, [command: string, ...args: string[]]> = {
    python: ['python3', '-m', 'py_compile'],
    ruby: ['ruby', '-c'],
    php: ['php', '-l'],
    go: ['gofmt', '-l', '-e'],
  };
  for (const [language, [command, ...args]] of Object.entries(CHECKS)) {
    const isThere = spawnSync(command, ['--version']).error === undefined;
    if (!isThere) console.log(`The blocks in ${language} are not checked: ${command} is not here`);
    test.skipIf(!isThere).each(blocksIn(language).map((block) => [block.place, block] as const))(
      '%s can be read',
      (_, { code }) => {
        const file = join(FOLDER, `block.${language}`);
        writeFileSync(file, code);
        const { status, stderr } = spawnSync(command, [...args, file], { encoding: 'utf8' });
        expect([status, stderr]).toEqual([0, '']);
      },
    );
  }
});

/** Every server that Node can run by itself: a script that listens on port 3000. */
const servers = blocksIn('js', 'ts').filter(
  (block) => /\blisten\(|\bserve\(/.test(block.code) && !isStart(block),
);

/** As both kinds of page ask: by the prompt alone, and by all messages. */
const QUESTION = JSON.stringify({ prompt: 'tea', messages: [{ role: 'user', content: 'tea' }] });

describe('servers in Node', () => {
  let model: Awaited<ReturnType<typeof startModel>>;
  beforeAll(async () => {
    model = await startModel({ tokenDelay: 1 });
  });
  afterAll(() => model.stop());

  test('there is one for each of the frameworks', () => {
    expect(
      servers.map(({ code }) => /from '(node:http|express|fastify|@hono\/node-server)'/.exec(code)?.[1]),
    ).toEqual(expect.arrayContaining(['node:http', 'express', 'fastify', '@hono/node-server']));
  });

  test.each(servers.map((block) => [block.place, block] as const))(
    '%s answers a POST, to its end',
    async (_, { code }) => {
      const { origin, stop } = await startServer(code, model.baseURL, { 'index.html': '' });
      try {
        const response = await fetch(`${origin}/api/chat`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: QUESTION,
        });
        expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
        const text = await response.text();
        expect(text).toContain('Boil');
        expect(text).toMatch(/event: end\ndata:.*\n\n$/);
        if (code.includes("from 'openai'")) expect(model.stats.prompts.at(-1)).toBe('tea');
        // What a browser asks beside the page is no question.
        const { requests } = model.stats;
        await (await fetch(`${origin}/favicon.ico`)).text();
        expect(model.stats.requests).toBe(requests);
      } finally {
        await stop();
      }
    },
    20_000,
  );

  const handlers = blocksIn('js', 'ts').filter(
    ({ title, code }) =>
      /route\.ts$|chat\.js$|(worker|main)\.js$/.test(title) && code.includes('createRelay'),
  );
  test.each(handlers.map((block) => [`${block.place} ${block.title}`, block] as const))(
    '%s is a handler that answers',
    async (name, { code }) => {
      // What the platform does with the module.
      const adapter = /(worker|main)\.js$/.test(name)
        ? `import { serve } from '@hono/node-server';
           const objects = {};
           const ANSWERS = { idFromName: (name) => name, get: (id) => (objects[id] ??= new module.Answers({}, process.env)) };
           serve({ port: 3000, fetch: (request) => module.default.fetch(request, { ANSWERS }) });`
        : name.endsWith('route.ts')
          ? `import { serve } from '@hono/node-server';
             serve({ port: 3000, fetch: (request) => module[request.method](request) });`
          : `import { createServer } from 'node:http';
             createServer(module.default).listen(3000);`;
      const { origin, stop } = await startServer(
        `import * as module from './handler.mjs';\n${adapter}`,
        model.baseURL,
        { 'handler.mjs': transformSync(code, { loader: 'ts' }).code },
      );
      try {
        const response = await fetch(`${origin}/api/chat`, { method: 'POST', body: QUESTION });
        expect(await response.text()).toMatch(/Boil.*event: end\ndata:.*\n\n$/s);
      } finally {
        await stop();
      }
    },
    20_000,
  );
});

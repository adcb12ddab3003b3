import { readFileSync } from 'node:fs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import esbuild from 'rollup-plugin-esbuild';
import license from 'rollup-plugin-license';

const typescript = (isDevelopment) =>
  esbuild({
    target: 'es2022',
    tsconfig: 'src/tsconfig.json',
    define: { DEVELOPMENT: String(isDevelopment) },
  });

/** Style sheets in the code, without the white space that is there for their readers. */
const styles = {
  name: 'styles',
  transform: (code, id) =>
    /typewriter\/.*(?:looks|styles)\.ts$/.test(id)
      ? code.replaceAll(/`\n[^`]*`/g, (css) =>
          css
            .replaceAll(/\s*\n\s*/g, '\n')
            .replaceAll(/\n?([{};])\n/g, '$1')
            .replaceAll(/ (?=[{}])|(?<=[:,>{;]) | (?=>)|;(?= ?\})|(?<=[ :(-])0(?=\.\d)/g, ''),
        )
      : undefined,
};

/**
 * Gives the private members of each class the same names as those of the next, which compresses better than a name of
 * its own for each member, as terser gives. A name is as long as before, so that source maps stay true.
 */
const privateNames = {
  name: 'private-names',
  renderChunk(code) {
    const letters = [...'etnrisoaclduhmfpgvwbykxjqzETNRISOACLDUHMFPGVWBYKXJQZ'];
    const nameOf = { 1: (at) => letters[at], 2: (at) => letters[Math.floor(at / 52)] + letters[at % 52] };
    const found = [];
    /** @param scopes The classes around a node: old names by new ones, of each length. */
    const walk = (node, scopes) => {
      if (node.type === 'ClassBody') scopes = [...scopes, new Map()];
      if (node.type === 'PrivateIdentifier') found.push([node, scopes]);
      for (const child of Object.values(node)) {
        for (const item of [child].flat()) if (item?.type) walk(item, scopes);
      }
    };
    walk(this.parse(code), []);
    let result = code;
    for (const [{ start, end, name }, scopes] of found) {
      // Classes within classes do not share names.
      if (scopes.length > 1 || !nameOf[name.length]) throw new Error(`#${name} can not be renamed.`);
      const [names] = scopes;
      if (!names.has(name)) {
        const before = [...names.keys()].filter(({ length }) => length === name.length).length;
        names.set(name, nameOf[name.length](before));
      }
      result = `${result.slice(0, start)}#${names.get(name)}${result.slice(end)}`;
    }
    return { code: result, map: null };
  },
};

/** The modules. Development builds warn of mistakes; bundlers take them by the `development` condition. */
const modules = (dir, isDevelopment) => ({
  input: Object.fromEntries(
    [
      'index',
      'core',
      'formats',
      'conversation',
      'json',
      'typewriter',
      'element',
      'markdown',
      'react',
      'vue',
      'svelte',
      'eventsource',
      'fetch-event-source',
      'server',
      'redis',
    ].map((entry) => [entry, `src/${entry}.ts`]),
  ),
  external: [
    'character-entities-html4',
    'eventsource-encoder',
    'eventsource-parser',
    'jsonriver',
    '@microsoft/fetch-event-source',
    'react',
    'vue',
    'svelte',
    'svelte/reactivity',
  ],
  plugins: [styles, typescript(isDevelopment)],
  output: {
    dir,
    format: 'es',
    sourcemap: true,
    chunkFileNames: 'chunks/[name].js',
    hoistTransitiveImports: false,
    // Rollup drops the directive. https://react.dev/reference/rsc/use-client
    banner: ({ name }) => (name === 'react' ? `'use client';` : ''),
  },
});

const NOTICES = 'dist/THIRD-PARTY-NOTICES.txt';

/** The licences of what a file bundles, in full, as each of them asks. */
const notices = (dependencies) =>
  dependencies
    .map(({ name, version, licenseText }) => `${name} ${version}\n\n${licenseText.trim()}\n`)
    .toSorted()
    .join('\n---\n\n');

/** A file for a script tag. It loads no other script, so that its integrity covers all that runs. */
const scriptFile = (entry, noticesFile) => ({
  input: `src/${entry}.ts`,
  plugins: [
    styles,
    typescript(false),
    nodeResolve(),
    terser({
      ecma: 2022,
      compress: { passes: 3, keep_fargs: false, unsafe_arrows: true },
      format: { ascii_only: true },
    }),
    privateNames,
    license({
      banner: {
        commentStyle: 'ignored',
        content:
          'teleprinter <%= pkg.version %>\n\n<%= data.own %>\n---\n\n<%= data.notices(dependencies) %>',
        data: { own: readFileSync('LICENSE', 'utf8'), notices },
      },
      thirdParty: {
        allow: { test: 'MIT', failOnUnlicensed: true, failOnViolation: true },
        ...(noticesFile && { output: { file: noticesFile, template: notices } }),
      },
    }),
  ],
  output: {
    file: `dist/teleprinter.${entry}.js`,
    format: 'iife',
    // Not a `name`, which makes a variable: in a module, that is not a global one.
    outro: 'globalThis.teleprinter = exports;',
    sourcemap: true,
  },
});

export default [
  modules('dist', false),
  modules('dist/development', true),
  scriptFile('global'),
  scriptFile('full', NOTICES),
];

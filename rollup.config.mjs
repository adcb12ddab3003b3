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
            .replaceAll(/ (?=\{)|(?<=:) /g, ''),
        )
      : undefined,
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
  output: { file: `dist/teleprinter.${entry}.js`, format: 'iife', name: 'teleprinter', sourcemap: true },
});

export default [
  modules('dist', false),
  modules('dist/development', true),
  scriptFile('global'),
  scriptFile('full', NOTICES),
];

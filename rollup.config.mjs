import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import esbuild from 'rollup-plugin-esbuild';

const typescript = (isDevelopment) =>
  esbuild({
    target: 'es2022',
    tsconfig: 'src/tsconfig.json',
    define: { DEVELOPMENT: String(isDevelopment) },
  });

/** The modules. Development builds warn of mistakes; bundlers take them by the `development` condition. */
const modules = (dir, isDevelopment) => ({
  input: Object.fromEntries(
    [
      'index',
      'core',
      'formats',
      'json',
      'typewriter',
      'element',
      'markdown',
      'eventsource',
      'fetch-event-source',
    ].map((entry) => [entry, `src/${entry}.ts`]),
  ),
  external: [
    'character-entities-html4',
    'eventsource-parser',
    'jsonriver',
    'marked',
    '@microsoft/fetch-event-source',
  ],
  plugins: [typescript(isDevelopment)],
  output: {
    dir,
    format: 'es',
    sourcemap: true,
    chunkFileNames: 'chunks/[name].js',
    hoistTransitiveImports: false,
  },
});

export default [
  modules('dist', false),
  modules('dist/development', true),
  {
    input: 'src/markdown.ts',
    // Of marked only the lexer is used; the rest is made when it is loaded, and nobody looks at it.
    treeshake: 'smallest',
    plugins: [
      typescript(false),
      nodeResolve(),
      terser({ module: true, compress: { passes: 3 }, format: { ascii_only: true } }),
    ],
    output: { file: 'dist/teleprinter.markdown.js', format: 'es', sourcemap: true },
  },
  {
    input: 'src/global.ts',
    plugins: [
      typescript(false),
      nodeResolve(),
      terser({ compress: { passes: 3 }, format: { ascii_only: true } }),
    ],
    output: {
      file: 'dist/teleprinter.global.js',
      format: 'iife',
      name: 'teleprinter',
      sourcemap: true,
    },
  },
];

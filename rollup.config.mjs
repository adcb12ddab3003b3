import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import esbuild from 'rollup-plugin-esbuild';

const typescript = () => esbuild({ target: 'es2022', tsconfig: 'src/tsconfig.json' });

export default [
  {
    input: {
      index: 'src/index.ts',
      core: 'src/core.ts',
      typewriter: 'src/typewriter/index.ts',
      element: 'src/define.ts',
      eventsource: 'src/event-source.ts',
      'fetch-event-source': 'src/transports/fetch-event-source.ts',
    },
    external: ['eventsource-parser', '@microsoft/fetch-event-source'],
    plugins: [typescript()],
    output: {
      dir: 'dist',
      format: 'es',
      sourcemap: true,
      chunkFileNames: 'chunks/[name].js',
      hoistTransitiveImports: false,
    },
  },
  {
    input: 'src/global.ts',
    plugins: [typescript(), nodeResolve(), terser({ compress: { passes: 3 }, format: { ascii_only: true } })],
    output: {
      file: 'dist/teleprinter.global.js',
      format: 'iife',
      name: 'teleprinter',
      sourcemap: true,
    },
  },
];

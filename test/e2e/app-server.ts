import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build, type Plugin } from 'esbuild';
import { compile } from 'svelte/compiler';

/** The server of a framework app, and the requests of the app for answers. */
export interface AppServer {
  readonly url: string;
  /** The bodies of the requests for an answer. */
  readonly asked: string[];
  close(): void;
}

/** Serves a page, its scripts by name, the built files, and at `/answer` an answer to any question. */
export async function serveApp(
  html: string,
  scripts: Readonly<Record<string, string>>,
  answer = (question: string): string => `It is **${question}**.`,
): Promise<AppServer> {
  const asked: string[] = [];
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url!, 'http://localhost').pathname;
    if (path === '/') response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
    else if (path === '/answer') {
      const question = await text(request);
      asked.push(question);
      response.setHeader('content-type', 'text/event-stream');
      for (const piece of answer(question).match(/[^]{1,4}/g) ?? []) {
        response.write(`data: ${JSON.stringify({ text: piece })}\n\n`);
      }
      response.end('event: end\ndata:\n\n');
    } else if (scripts[path])
      response.setHeader('content-type', 'text/javascript; charset=utf-8').end(scripts[path]);
    else if (/^\/dist\/[\w./-]+\.js$/.test(path)) {
      response.setHeader('content-type', 'text/javascript; charset=utf-8').end(readFileSync(path.slice(1)));
    } else response.writeHead(404).end();
  }
  const server = createServer((...args) => void handle(...args)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    asked,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const svelte = (generate: 'client' | 'server', dev: boolean): Plugin => ({
  name: 'svelte',
  setup({ onLoad }) {
    onLoad({ filter: /\.svelte$/ }, ({ path }) => ({
      contents: compile(readFileSync(path, 'utf8'), { generate, dev, filename: path }).js.code,
    }));
  },
});

/** The aliases for esbuild that replace React 19 by React 18. */
export const REACT_18 = { react: 'react-18', 'react-dom': 'react-dom-18' };

/** Bundles the script of a page in `test/e2e/apps`. */
export async function bundleApp(
  file: string,
  mode: 'development' | 'production',
  alias: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'apps', file)],
    bundle: true,
    write: false,
    format: 'iife',
    jsx: 'automatic',
    jsxDev: mode === 'development',
    alias,
    conditions: [mode, 'browser', 'svelte'],
    define: {
      'process.env.NODE_ENV': JSON.stringify(mode),
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'true',
    },
    plugins: [svelte('client', mode === 'development')],
  });
  return outputFiles[0]!.text;
}

/** Renders a page in `test/e2e/apps` on the server. Its `render` gets these options. */
export async function renderApp(
  file: string,
  { alias, ...options }: { alias?: Readonly<Record<string, string>>; isPiped?: boolean } = {},
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'teleprinter-app-'));
  const outfile = join(folder, 'server.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'apps', file)],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    jsx: 'automatic',
    logLevel: 'error',
    alias: { 'vue/dist/vue.esm-bundler.js': 'vue', ...alias },
    conditions: ['svelte'],
    plugins: [svelte('server', false)],
  });
  const { render } = createRequire(import.meta.url)(outfile) as {
    render(options: object): string | Promise<string>;
  };
  const html = await render(options);
  rmSync(folder, { recursive: true });
  return html;
}

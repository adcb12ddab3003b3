/** Edits components under the dev server of Vite while their answers arrive. */
import { mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import react from '@vitejs/plugin-react';
import vue from '@vitejs/plugin-vue';
import type { Browser, ConsoleMessage, Page } from 'playwright';
import { createServer, type PluginOption, type ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { serveOn, type Served } from '../server/client.ts';
import { end, gate, write } from '../server/script.ts';
import { startTestServer } from '../server/server.ts';

interface HotApp {
  readonly plugin: () => PluginOption;
  readonly component: string;
  readonly source: string;
  readonly main: string;
  /** Edits of the source, and whether the framework keeps the component. */
  readonly edits: readonly (readonly [from: string, to: string, isKept: boolean])[];
}

const MARKUP_EDIT = ['Before', 'After', true] as const;

const APPS: Readonly<Record<string, HotApp>> = {
  React: {
    plugin: () => react(),
    component: 'App.jsx',
    source: `
      import { useState } from 'react';
      import { Typewriter, useStream } from 'teleprinter/react';
      export function App() {
        const answer = useStream(window.answerURL);
        window.start = answer.start;
        return (
          <>
            <h1>Before</h1>
            <p id="state">{answer.outcome ?? answer.state}</p>
            <p id="text">{answer.text}</p>
            <Typewriter source={answer.stream} as="section" id="answer" speed={1e6} caret={false} />
          </>
        );
      }`,
    main: `
      import { StrictMode } from 'react';
      import { createRoot } from 'react-dom/client';
      import { App } from './App.jsx';
      createRoot(document.getElementById('root')).render(<StrictMode><App /></StrictMode>);`,
    edits: [
      MARKUP_EDIT,
      ['caret={false}', 'caret={false} className="new"', true],
      // Other hooks: React recreates the component.
      ['const answer', 'const [isNew] = useState(true);\n        const answer', false],
    ],
  },
  Vue: {
    plugin: () => vue(),
    component: 'App.vue',
    source: `
<script setup>
import { Typewriter, useStream, vTypewriter } from 'teleprinter/vue';
const { text, state, outcome, stream, start } = useStream(window.answerURL);
window.start = start;
</script>
<template>
  <h1>Before</h1>
  <p id="state">{{ outcome ?? state }}</p>
  <p id="text">{{ text }}</p>
  <Typewriter :source="stream" as="section" id="answer" :speed="1e6" :caret="false" />
  <output v-typewriter="{ source: stream, speed: 1e6 }"></output>
</template>`,
    main: `
      import { createApp } from 'vue';
      import App from './App.vue';
      createApp(App).mount('#root');`,
    edits: [
      MARKUP_EDIT,
      ['id="text"', 'id="text" title="new"', true],
      // Another script: Vue recreates the component.
      ['window.start', 'window.isNew = true;\nwindow.start', false],
    ],
  },
  Svelte: {
    plugin: () => svelte({ configFile: false }),
    component: 'App.svelte',
    source: `
<script>
  import { typewriter, useStream } from 'teleprinter/svelte';
  const answer = useStream(window.answerURL);
  window.start = answer.start;
</script>
<h1>Before</h1>
<p id="state">{answer.outcome ?? answer.state}</p>
<p id="text">{answer.text}</p>
<section id="answer" use:typewriter={{ source: answer.stream, speed: 1e6, caret: false }}></section>`,
    main: `
      import { mount } from 'svelte';
      import App from './App.svelte';
      mount(App, { target: document.getElementById('root') });`,
    // Svelte recreates the component for every edit.
    edits: [['Before', 'After', false]],
  },
};

const CASES = Object.entries(APPS).map(([framework, app]) => ({ framework, app }));
const chunk = (content: string): string =>
  `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ delta: { content } }] })}\n\n`;

let browser: Browser;
let answers: Awaited<ReturnType<typeof startTestServer>>;
let folder: string;
let vite: ViteDevServer;
let page: Page;
let model: Served;
let problems: string[];

beforeAll(async () => {
  browser = await launchChromium();
  answers = await startTestServer();
});
afterAll(async () => {
  await browser.close();
  await answers.stop();
});
afterEach(async () => {
  await page.close();
  await vite.close();
  await rm(folder, { recursive: true });
});

async function serve({ plugin, component, source, main }: HotApp): Promise<string> {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'teleprinter-hot-')));
  const half = [write(chunk('One. ')), gate('rest'), write(`${chunk('Two.')}data: [DONE]\n\n`), end];
  model = await serveOn(answers.url, half);
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, component), source);
  await writeFile(join(folder, 'main.jsx'), main);
  await writeFile(
    join(folder, 'index.html'),
    `<!doctype html><link rel="icon" href="data:,"><script>answerURL = ${JSON.stringify(model.url)}</script>
    <div id="root"></div><script type="module" src="/main.jsx"></script>`,
  );
  vite = await createServer({
    root: folder,
    configFile: false,
    logLevel: 'error',
    cacheDir: join(folder, 'cache/node_modules'),
    plugins: [plugin()],
    resolve: { alias: { teleprinter: resolve('dist/development') } },
    server: { host: '127.0.0.1', port: 0, fs: { allow: [folder, resolve('.')] } },
  });
  await vite.listen();
  return vite.resolvedUrls!.local[0]!;
}

// A typewriter holds back a space at the end until it knows what follows.
const shown = async (selector: string): Promise<string> => (await page.locator(selector).innerText()).trim();
const requests = async (): Promise<number> => (await model.requests()).length;

async function edit(component: string, from: string, to: string): Promise<void> {
  const path = join(folder, component);
  const source = await readFile(path, 'utf8');
  expect(source).toContain(from);
  let isEdited = false;
  const listen = (message: ConsoleMessage): void => void (isEdited ||= /hot updated/.test(message.text()));
  page.on('console', listen);
  // On a busy machine the file watcher may miss a change.
  for (let attempt = 0; !isEdited && attempt < 5; attempt++) {
    await writeFile(path, source.replace(from, to));
    await expect
      .poll(() => isEdited, { timeout: 3000 })
      .toBe(true)
      .catch(() => {});
  }
  page.off('console', listen);
  expect(isEdited).toBe(true);
}

test.each(CASES)(
  'an edit in mid-answer sends no request: $framework keeps the answer if it keeps the component',
  async ({ app }) => {
    const url = await serve(app);
    page = await browser.newPage();
    problems = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text());
    });
    page.on('pageerror', ({ message }) => problems.push(message));
    await page.goto(url);
    await expect.poll(() => shown('#state').catch(() => ''), { timeout: 20_000 }).toBe('idle');
    // A reload of the page would lose this mark.
    await page.evaluate(() => {
      Object.assign(globalThis, { isSame: true });
      (globalThis as unknown as { start(): void }).start();
    });
    await expect.poll(() => shown('#answer')).toBe('One.');

    for (const [from, to, isKept] of app.edits) {
      await edit(app.component, from, to);
      if (isKept) {
        await expect.poll(() => shown('#answer')).toBe('One.');
        expect([await shown('#text'), await shown('#state')]).toEqual(['One.', 'open']);
        expect((await model.requests()).map(({ closed }) => closed)).toEqual([false]);
        continue;
      }
      // The new component is idle, and the answer of the old one is closed.
      await expect.poll(() => shown('#state')).toBe('idle');
      await expect.poll(() => shown('#answer')).toBe('');
      await expect.poll(async () => (await model.requests()).map(({ closed }) => closed)).toEqual([true]);
    }
    await expect.poll(() => shown('h1')).toBe('After');
    expect(await requests()).toBe(1);

    await model.open('rest');
    await page.evaluate(() => (globalThis as unknown as { start(): void }).start());
    await expect.poll(() => shown('#answer')).toBe('One. Two.');
    await expect.poll(() => shown('#state')).toBe('complete');
    expect(await requests()).toBe(2);
    expect(await page.evaluate(() => 'isSame' in globalThis)).toBe(true);
    expect(problems).toEqual([]);
  },
);

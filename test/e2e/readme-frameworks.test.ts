/** Compiles the README's components as an app would, with the built package, and runs them against the demo's server. */
import type { PluginBuild } from 'esbuild';
import type { Browser } from 'playwright';
import { compile } from 'svelte/compiler';
import { compileScript, parse } from 'vue/compiler-sfc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../bundle.mjs';
import { launchChromium } from '../chromium.ts';
import { startDemoWithModel } from './demo-server.ts';
import { readmeBlocks } from './readme-server.ts';

let demo: Awaited<ReturnType<typeof startDemoWithModel>>;
let browser: Browser;

beforeAll(async () => {
  demo = await startDemoWithModel();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await demo.stop();
});

const frameworks = [
  {
    name: 'React',
    language: 'tsx',
    component: (code: string) => code,
    mount: `import { createElement, StrictMode } from 'react';
      import { createRoot } from 'react-dom/client';
      import { Answer } from 'component';
      createRoot(document.body).render(createElement(StrictMode, null, createElement(Answer)));`,
  },
  {
    name: 'Vue',
    language: 'vue',
    component: (code: string) =>
      compileScript(parse(code).descriptor, { id: 'a', inlineTemplate: true }).content,
    mount: `import { createApp } from 'vue';
      import Answer from 'component';
      createApp(Answer).mount(document.body);`,
  },
  {
    name: 'Svelte',
    language: 'svelte',
    component: (code: string) => compile(code, { generate: 'client' }).js.code,
    mount: `import { mount } from 'svelte';
      import Answer from 'component';
      mount(Answer, { target: document.body });`,
  },
];

test.each(frameworks)(
  "the README's component for $name asks once, types the answer, and stops one",
  async (framework) => {
    const { language, component, mount } = framework;
    const contents = component(readmeBlocks(language)[0]!);
    const resolveDir = process.cwd();
    const script = await bundle({
      stdin: { contents: mount, resolveDir },
      jsx: 'automatic',
      plugins: [
        {
          name: 'component',
          setup({ onResolve, onLoad }: PluginBuild) {
            onResolve({ filter: /^component$/ }, ({ path }) => ({ path, namespace: 'readme' }));
            onLoad({ filter: /.*/, namespace: 'readme' }, () => ({ contents, loader: 'tsx', resolveDir }));
          },
        },
      ],
    });
    const tab = await browser.newPage();
    const problems: string[] = [];
    tab.on('pageerror', ({ message }) => problems.push(message));
    await tab.route(`${demo.url}/readme.js`, (route) =>
      route.fulfill({ contentType: 'text/javascript', body: script }),
    );
    const html = '<body><script type="module" src="/readme.js"></script></body>';
    await tab.route(`${demo.url}/readme`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await tab.goto(`${demo.url}/readme`);
    const asked = demo.model.stats.prompts.length;
    await tab.click('text=Ask');
    await expect.poll(() => tab.textContent('p'), { timeout: 10_000 }).toBe('complete');
    await expect.poll(() => tab.textContent('body')).toMatch(/Boil fresh water.*☕/s);
    expect(demo.model.stats.prompts.slice(asked)).toEqual(['tea']);
    await tab.route('**/api/chat', () => new Promise(() => {}));
    await tab.click('text=Ask');
    await tab.click('text=Stop');
    await expect.poll(() => tab.textContent('p')).toBe('stopped');
    expect(problems).toEqual([]);
    await tab.close();
  },
);

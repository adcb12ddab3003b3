import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';

const root = new URL('../../', import.meta.url);
const { version, exports: entries } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

/** The pages run what is built, by the names that a user imports. */
const alias = Object.entries(entries)
  .filter(([, target]) => typeof target === 'object')
  .map(([path, target]) => ({
    find: new RegExp(`^teleprinter${path.slice(1)}$`),
    replacement: fileURLToPath(new URL(target.default, root)),
  }));

const guide = (text, page) => ({ text, link: `/guide/${page}` });

export default defineConfig({
  title: 'Teleprinter',
  description:
    'Streams an AI answer onto a web page: survives the network, and knows whether the answer is whole.',
  base: process.env.DOCS_BASE ?? '/',
  cleanUrls: true,
  lastUpdated: false,
  ignoreDeadLinks: 'localhostLinks',
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: `${process.env.DOCS_BASE ?? '/'}logo.svg` }],
    ['meta', { name: 'theme-color', content: '#a93d16' }],
  ],
  vite: {
    resolve: { alias },
    server: { fs: { allow: [fileURLToPath(root)] } },
    build: { chunkSizeWarningLimit: 1000 },
  },
  markdown: { theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' } },
  themeConfig: {
    logo: '/logo.svg',
    nav: [
      { text: 'Guide', link: '/guide/first-answer', activeMatch: '/guide/' },
      { text: 'Reference', link: '/reference/options', activeMatch: '/(reference|api)/' },
      { text: 'Playground', link: '/playground' },
      {
        text: `v${version}`,
        items: [
          { text: 'Changelog', link: 'https://github.com/teleprinter-js/teleprinter/blob/main/CHANGELOG.md' },
          {
            text: 'Contributing',
            link: 'https://github.com/teleprinter-js/teleprinter/blob/main/CONTRIBUTING.md',
          },
        ],
      },
    ],
    sidebar: [
      {
        text: 'Start',
        items: [
          guide('Your first answer', 'first-answer'),
          {
            ...guide('With your framework', 'start/'),
            collapsed: true,
            items: [
              guide('A page and a script tag', 'start/html'),
              guide('React and Vite', 'start/react-vite'),
              guide('Vue and Vite', 'start/vue-vite'),
              guide('Svelte and Vite', 'start/svelte-vite'),
              guide('Next.js, app router', 'start/next-app'),
              guide('Next.js, pages router', 'start/next-pages'),
              guide('Express', 'start/express'),
              guide('Hono', 'start/hono'),
              guide('Fastify', 'start/fastify'),
            ],
          },
          guide('Which piece to use', 'which-piece'),
          guide('Servers', 'servers'),
        ],
      },
      {
        text: 'The answer',
        items: [
          guide('Reading a stream', 'reading'),
          guide('Going on and stopping', 'going-on'),
          guide('What became of it', 'outcomes'),
          guide('Any model', 'any-model'),
          guide('Tools and structured output', 'tools-and-json'),
          guide('A conversation', 'conversation'),
        ],
      },
      {
        text: 'On the page',
        items: [
          guide('Markdown and safety', 'markdown'),
          guide('Styling', 'styling'),
          guide('Accessibility', 'accessibility'),
          guide('React, Vue and Svelte', 'frameworks'),
        ],
      },
      {
        text: 'In production',
        items: [
          guide('Testing your page', 'testing'),
          guide('Buffering, by host', 'buffering'),
          guide('Privacy and security', 'security'),
          guide('Coming from another library', 'coming-from'),
          guide('How fast, how tested', 'fast-and-tested'),
        ],
      },
      {
        text: 'Reference',
        items: [
          { text: 'Options of a stream', link: '/reference/options' },
          { text: 'The typewriter', link: '/reference/typewriter' },
          { text: '&lt;tele-printer&gt;', link: '/reference/element' },
          { text: 'The relay', link: '/reference/relay' },
          { text: 'Every export', link: '/api/' },
        ],
      },
    ],
    outline: [2, 3],
    search: {
      provider: 'local',
      // The guide tells what to do; the page of every export has each word a dozen times.
      options: {
        miniSearch: {
          searchOptions: {
            boostDocument: (id) => (id.includes('/api/') ? 0.2 : id.includes('/guide/') ? 2 : 1),
          },
        },
      },
    },
    notFound: {
      title: 'There is no such page',
      quote: 'It may have moved. The search above finds it by its words.',
      linkText: 'To the first page',
      linkLabel: 'To the first page',
    },
    socialLinks: [{ icon: 'github', link: 'https://github.com/teleprinter-js/teleprinter' }],
    editLink: {
      // The pages of every export are made of comments in the source.
      pattern: ({ filePath }) =>
        filePath.startsWith('api/')
          ? 'https://github.com/teleprinter-js/teleprinter/tree/main/src'
          : `https://github.com/teleprinter-js/teleprinter/edit/main/docs/${filePath}`,
      text: 'Edit this page',
    },
    footer: { message: 'MIT licence. This site sets no cookies and loads nothing from elsewhere.' },
  },
});

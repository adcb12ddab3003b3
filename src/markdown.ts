export { markdown, type LinkPolicy, type MarkdownOptions } from './typewriter/views/markdown/index.ts';

/** `teleprinter/markdown`: the markdown view. */
export { markdown, type LinkPolicy, type MarkdownOptions } from './typewriter/views/markdown/index.ts';

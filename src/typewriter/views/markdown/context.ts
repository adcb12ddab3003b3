import type { Definitions } from './definitions.ts';
import type { Footnotes } from './footnotes.ts';
import type { LinkPolicy } from './policy.ts';
import type { Sources } from './sources.ts';
import type { Words } from './words.ts';

/** The page's functions, guarded: after a function has thrown, it is not called again. */
export interface Hooks {
  readonly sanitize: ((html: string) => Node | undefined) | undefined;
  readonly link: ((link: HTMLAnchorElement, url: URL) => boolean | void) | undefined;
  readonly math: ((formula: HTMLElement, source: string, isBlock: boolean) => true | undefined) | undefined;
  readonly highlight:
    | ((code: HTMLElement, language: string | undefined, isComplete: boolean) => true | undefined)
    | undefined;
  readonly onBlock: ((block: HTMLElement) => void) | undefined;
}

/** The options and state that all blocks of an answer share. */
export interface RenderContext extends LinkPolicy, Hooks {
  readonly singleTilde: boolean;
  readonly definitions: Definitions;
  readonly footnotes: Footnotes;
  readonly sources: Sources;
  readonly words: Words;
}

import type { Definitions } from './definitions.ts';
import type { Footnotes } from './footnotes.ts';
import type { BlockHook, Guarded } from './hooks.ts';
import type { MathHook } from './typeset.ts';
import type { LinkHook } from './policy.ts';
import type { Sources } from './sources.ts';
import type { Words } from './words.ts';

/** The page's functions, guarded: none of them throws. */
export interface Hooks extends Pick<LinkHook, 'link'> {
  readonly sanitize: Guarded<[html: string], Node | undefined> | undefined;
  readonly math: MathHook | undefined;
  readonly highlight:
    | Guarded<[code: HTMLElement, language: string | undefined, isComplete: boolean], unknown>
    | undefined;
  readonly onBlock: BlockHook | undefined;
}

/** The options and state that all blocks of an answer share. */
export interface RenderContext extends LinkHook, Hooks {
  readonly singleTilde: boolean;
  readonly definitions: Definitions;
  readonly footnotes: Footnotes;
  readonly sources: Sources;
  readonly words: Words;
}

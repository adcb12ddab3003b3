/** What the blocks of an answer share. */
import type { Definitions } from './definitions.ts';
import type { Footnotes } from './footnotes.ts';
import type { BlockHook, Guarded } from './hooks.ts';
import type { MathHook } from './typeset.ts';
import type { LinkHook, LinkPolicy } from './policy.ts';
import type { Sources } from './sources.ts';
import type { Words } from './words.ts';

/** The page's functions, guarded: none of them throws. */
export interface Hooks {
  readonly sanitize: Guarded<[html: string], Node | undefined> | undefined;
  readonly link: LinkHook | undefined;
  readonly math: MathHook | undefined;
  readonly highlight:
    | Guarded<[code: HTMLElement, language: string | undefined, isComplete: boolean], unknown>
    | undefined;
  readonly onBlock: BlockHook | undefined;
}

/** The options and state that all blocks of an answer share. */
export interface RenderContext extends LinkPolicy, Hooks {
  readonly singleTilde: boolean;
  readonly definitions: Definitions;
  readonly footnotes: Footnotes;
  readonly sources: Sources;
  readonly words: Words;
}

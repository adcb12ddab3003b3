/** Text that is what it is; character references in it are not decoded. */
interface TextToken {
  readonly type: 'text';
  readonly raw: string;
  /** Whether it opens something that what follows may close; nothing where that is not known. */
  readonly canOpen?: boolean;
}

/** What stands by itself in a line of text. */
export interface AtomToken {
  readonly type: 'escape' | 'code' | 'break' | 'html';
  readonly raw: string;
  readonly text: string;
}

/** A link or an image. */
export interface LinkToken {
  readonly type: 'link' | 'image';
  readonly raw: string;
  /** Nothing where its definition may follow. */
  readonly href: string | undefined;
  readonly title: string | undefined;
  readonly tokens: readonly InlineToken[];
}

/** A formula. */
export interface MathToken {
  readonly type: 'math';
  readonly raw: string;
  readonly source: string;
  readonly isBlock: boolean;
}

/** A mark that refers to a footnote. */
interface FootnoteToken {
  readonly type: 'footnote';
  readonly raw: string;
  readonly label: string;
}

/** Tokens with emphasis around them; `raw` is the mark on either side. */
export interface Span {
  readonly type: 'em' | 'strong' | 'del';
  readonly raw: string;
  readonly tokens: readonly InlineToken[];
}

/** A run of `*`, `_` or `~` that may open or close emphasis. */
export interface DelimiterRun {
  readonly type: 'delimiter';
  readonly raw: string;
}

/** A token of text within a block. */
export type InlineToken = TextToken | AtomToken | LinkToken | MathToken | FootnoteToken | Span;

/** Tokens among which emphasis has not been found yet. */
export type FlatToken = Exclude<InlineToken, Span> | DelimiterRun;

/** The tokens of text within a block. */

/** Plain text. Its character references are not decoded. */
interface TextToken {
  readonly type: 'text';
  readonly raw: string;
  /** Whether it is a delimiter that later text may close; `undefined` if unknown. */
  readonly canOpen?: boolean;
}

/** A token without tokens in it. */
export interface AtomToken {
  readonly type: 'escape' | 'code' | 'break' | 'html';
  readonly raw: string;
  readonly text: string;
}

/** A link or an image. */
export interface LinkToken {
  readonly type: 'link' | 'image';
  readonly raw: string;
  /** `undefined` while its definition may follow. */
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

/** A footnote reference. */
interface FootnoteToken {
  readonly type: 'footnote';
  readonly raw: string;
  readonly label: string;
}

/** Emphasised tokens; `raw` is the delimiter on either side. */
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

/** A token before emphasis has been resolved. */
export type FlatToken = Exclude<InlineToken, Span> | DelimiterRun;

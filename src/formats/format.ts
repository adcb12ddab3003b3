/** Knows where in a server's events the answer's text is. */
export interface Format {
  /** What `s.format` says. */
  readonly name: string;
  /** The text that one decoded event adds to the answer; `undefined` or empty when it adds none. */
  text(data: unknown): string | undefined;
}

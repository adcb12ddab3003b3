/** One event of an answer, as it is written to the response. */
export interface Block {
  readonly id?: string | undefined;
  readonly text: string;
}

/** What the test server does on one connection, step by step. */
export type Step =
  /** The response head. Default: status 200 and an event stream. Sent before the first bytes if no step sends it. */
  | { readonly head: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } }
  /** Text, written as one chunk. */
  | { readonly write: string }
  /** These bytes, as one chunk. */
  | { readonly bytes: readonly number[] }
  /** The text, repeated so many times, as fast as the client reads it. */
  | { readonly repeat: string; readonly times: number }
  /**
   * The blocks after the one with the request's `Last-Event-ID`. `back` repeats earlier blocks, from so many IDs before it or
   * from the start; `old` is the order of these: reversed, or each twice. `upTo` limits the number of bytes; they are written
   * `piece` bytes at a time. `stop` moves the limit to the start of the block that it is in, or into the data of a block.
   * A server with `numbering` numbers the blocks from 1 on each connection, and resumes where it stopped writing.
   */
  | {
      readonly blocks: readonly Block[];
      readonly back?: number | undefined;
      readonly old?: 'in order' | 'reversed' | 'twice' | undefined;
      readonly upTo?: number | undefined;
      readonly piece?: number | undefined;
      readonly stop?: 'between' | 'inside' | undefined;
      readonly numbering?: boolean | undefined;
    }
  /** Waits so many milliseconds. */
  | { readonly wait: number }
  /** Waits until the test opens this gate. */
  | { readonly gate: string }
  /** Ends the response properly. */
  | { readonly end: true }
  /** Closes the connection in mid-response; bytes written before still arrive. */
  | { readonly cut: true }
  /** Resets the connection; bytes in flight are lost. */
  | { readonly reset: true }
  /** Leaves the connection open until the browser closes it. */
  | { readonly hang: true };

/** The steps for each connection, in order; the last list serves all later connections. */
export type Script = readonly (readonly Step[])[];

/** What the server saw of one request. */
export interface SeenRequest {
  readonly method: string;
  /** The path and the query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** The number of body bytes that the server has written to the socket. */
  readonly written: number;
  /** The indexes of the blocks of an answer that the server wrote whole. */
  readonly sent: readonly number[];
  /** Whether the browser or the script has closed the connection. */
  readonly closed: boolean;
}

export const write = (text: string): Step => ({ write: text });
export const bytes = (...values: number[]): Step => ({ bytes: values });
export const repeat = (text: string, times: number): Step => ({ repeat: text, times });
export const gate = (name: string): Step => ({ gate: name });
export const head = (status: number, headers?: Record<string, string>): Step => ({
  head: headers ? { status, headers } : { status },
});
export const end: Step = { end: true };
export const cut: Step = { cut: true };
export const reset: Step = { reset: true };
export const hang: Step = { hang: true };
/**
 * Resets the connection once the page has read this text. When a connection breaks, a browser drops bytes that the page has
 * not read yet, so after a cut at any other time it is uncertain which text the page has.
 */
export const cutAfter = (text: string): Step[] => [gate(`has ${text}`), reset];
export const answer = (
  status: number,
  type: string,
  body: string,
  headers?: Record<string, string>,
): Step[] => [head(status, { 'content-type': type, ...headers }), write(body), end];

/** One event: its data, and its name and ID if given. */
export function sse(data: string, { event, id }: { event?: string; id?: string | number } = {}): Step {
  const lines = [
    ...(event === undefined ? [] : [`event: ${event}`]),
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...data.split('\n').map((line) => `data: ${line}`),
  ];
  return write(`${lines.join('\n')}\n\n`);
}

/** The end marker. */
export const endEvent: Step = write('event: end\ndata:\n\n');

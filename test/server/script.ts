/** One event of an answer, as it is written. */
export interface Block {
  readonly id?: string | undefined;
  readonly text: string;
}

/** What the test server does on one connection, step by step. */
export type Step =
  /** The response head: by default status 200 and an event stream. It is sent before the first bytes at the latest. */
  | { readonly head: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } }
  /** Text, written as one chunk. */
  | { readonly write: string }
  /** These bytes, as one chunk. */
  | { readonly bytes: readonly number[] }
  /** The text so many times over, as fast as the reader takes it. */
  | { readonly repeat: string; readonly times: number }
  /**
   * The blocks that follow the one with the request's `Last-Event-ID`; before them what it had already, from so many
   * IDs `back` or from the start, in reverse order or each of them twice. No more bytes of it all than `upTo`, `piece`
   * bytes at a time. `stop` moves that place to before the block that it is in, or into the data of a block.
   * A server that is `numbering` goes on where it stopped writing, if it is asked to go on, and numbers what it writes from 1 on each connection.
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
  /** Ends the response in good order. */
  | { readonly end: true }
  /** Closes the connection in mid-response; what was written before still arrives. */
  | { readonly cut: true }
  /** Resets the connection; what is still on its way is lost. */
  | { readonly reset: true }
  /** Leaves the connection open until the browser closes it. */
  | { readonly hang: true };

/** A script for each connection, in their order; the last one serves all later ones. */
export type Script = readonly (readonly Step[])[];

/** What the server saw of one request. */
export interface SeenRequest {
  readonly method: string;
  /** The path and the query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** How many bytes of body the server has handed to the network. */
  readonly written: number;
  /** Which blocks of an answer it was to write whole, by their places in the answer. */
  readonly sent: readonly number[];
  /** The browser, or the script, has closed the connection. */
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
 * Breaks the connection once the page has this text. A browser drops what it has received and the page has not read
 * when the connection breaks, so a cut at any other time leaves open what the page had.
 */
export const cutAfter = (text: string): Step[] => [gate(`has ${text}`), reset];
export const answer = (
  status: number,
  type: string,
  body: string,
  headers?: Record<string, string>,
): Step[] => [head(status, { 'content-type': type, ...headers }), write(body), end];

/** One event: its data, and its name and id where they are given. */
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

import type { StreamOptions } from '../contract/options.ts';

/** How a connection closed. */
export type Closing =
  /** The end marker came, or the format's last event. */
  | 'ended'
  /** The page closed the stream. */
  | 'stopped'
  /** The server closed the response cleanly, between two events. */
  | 'clean'
  /** The server closed the response in the middle of an event, or of a line. */
  | 'cut'
  /** The server answered 204: it has nothing to send. */
  | 'no-content'
  /** Native EventSource closed. It hides whether the response ended or the connection broke. */
  | 'hidden'
  /** The connection broke or timed out, or the server responded with an error that may be temporary. */
  | 'lost'
  /** The server responded that it did not accept the request. */
  | 'refused'
  /** A 401, and the option `headers` is a function that has not been called again yet. */
  | 'unauthorized'
  /** An error that the same request would get again. */
  | 'permanent';

/** The facts by which `decide` chooses what happens after a connection has ended. */
export interface Facts {
  readonly closing: Closing;
  /** The format has seen a finish reason, so the answer is complete; more may still follow. */
  readonly isFinished: boolean;
  /** Part of the answer has arrived, on this connection or an earlier one. */
  readonly hasArrived: boolean;
  /** Part of the answer has arrived, here or on an earlier page. */
  readonly hasBegun: boolean;
  /** This connection brought something new. */
  readonly hasProgressed: boolean;
  /** This connection resumed an answer. */
  readonly isResumption: boolean;
  /** An end was expected and has not come. */
  readonly isEndMissing: boolean;
  /** There is a position to resume from, and the options allow it. */
  readonly canResume: boolean;
  /** The same request may be sent again: its method is safe, or it carries an idempotency key. */
  readonly isRepeatable: boolean;
  /** `retry.limit` allows another attempt. */
  readonly hasAttemptsLeft: boolean;
  readonly reconnect: NonNullable<StreamOptions['reconnect']>;
}

/** What to do: end with an outcome, resume from a position, repeat the same request, or start the answer over. */
export type Decision = 'complete' | 'stopped' | 'failed' | 'truncated' | 'resume' | 'repeat' | 'restart';

/** One row: its condition, and its decision. */
export type Row = readonly [fits: (facts: Facts) => boolean, then: Decision];

/** What happens when a connection ends: the first row that fits decides. docs/guide/outcomes.md has the same table. */
export const POLICY: readonly Row[] = [
  // the end marker came, or the format's last event and then nothing for a second | closed for good, before the browser could reconnect: `complete`, or as the model finished; `failed` where the stream carried an error
  [({ closing }) => closing === 'ended', 'complete'],
  // the server closed in good order after a finish reason (in a format without a last event) | the same
  [({ closing, isFinished }) => isFinished && /^(clean|no-content|hidden)$/.test(closing), 'complete'],
  // `close()`, or your `signal` | `stopped`
  [({ closing }) => closing === 'stopped', 'stopped'],
  // a 401 before anything came, where `headers` is a function | that function is called once more, and the request sent once more, a POST too
  [
    ({ closing, hasArrived, reconnect }) =>
      closing === 'unauthorized' && !hasArrived && reconnect !== 'never',
    'repeat',
  ],
  // an error that asking again cannot change: an HTTP error (4xx but 408, 425, 429; `x-should-retry: false`; a quota that is used up; a `Retry-After` over `retry.maxRetryAfter`; a wrong content type), bad data, an event over `maxEventSize` | `failed`
  [({ closing }) => /^(permanent|unauthorized)$/.test(closing), 'failed'],
  // a 204, and nothing has arrived | `complete`, empty
  [({ closing, hasBegun }) => closing === 'no-content' && !hasBegun, 'complete'],
  // a 204, or a resumed connection that closed in good order and brought nothing new (not with `reconnect: 'always'`, where a quiet feed goes on), where an end is expected | `truncated`
  [(facts) => isExhausted(facts) && facts.isEndMissing && facts.hasBegun, 'truncated'],
  // the same, none of the answer having arrived | `failed`
  [(facts) => isExhausted(facts) && facts.isEndMissing, 'failed'],
  // the same, where no end is expected | `complete`
  [isExhausted, 'complete'],
  // there is a last event ID, and `reconnect` and `resume` allow it | goes on with `Last-Event-ID`; what was seen before is dropped where ID and data are both the same
  [(facts) => mayRetry(facts) && facts.canResume, 'resume'],
  // nothing has arrived yet, and repeating is safe: GET or HEAD, an `idempotencyKey`, or a refusal by 429, 503, 529 or `x-should-retry: true` | asks again, with backoff
  [
    (facts) => mayRetry(facts) && !facts.hasArrived && (facts.isRepeatable || facts.closing === 'refused'),
    'repeat',
  ],
  // `reconnect: 'always'` | starts again; the text starts over
  [(facts) => mayRetry(facts) && facts.reconnect === 'always', 'restart'],
  // the server closed in good order, between two events, and no end is expected | `complete`
  [({ closing, isEndMissing }) => closing === 'clean' && !isEndMissing, 'complete'],
  // none of the answer had arrived | `failed`
  [({ hasBegun }) => !hasBegun, 'failed'],
  // anything else | `truncated`
  [() => true, 'truncated'],
];

/** Decides what to do after a connection has ended. */
export function decide(facts: Facts): Decision {
  return POLICY.find(([fits]) => fits(facts))![1];
}

/** Whether the server has nothing more to send. A live feed may send nothing for a while: only a 204 ends it. */
function isExhausted({ closing, isResumption, hasProgressed, reconnect }: Facts): boolean {
  return (
    closing === 'no-content' ||
    (closing === 'clean' && isResumption && !hasProgressed && reconnect !== 'always')
  );
}

function mayRetry({ hasAttemptsLeft, reconnect }: Facts): boolean {
  return hasAttemptsLeft && reconnect !== 'never';
}

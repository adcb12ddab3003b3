import { HttpError, type TeleprinterError } from '../errors.ts';

/** A quota that waiting does not refill, as OpenAI and compatible services name it. */
const QUOTA_EXHAUSTED = /insufficient_(quota|balance|credits?|funds)|billing_(hard_limit|not_active)/;

/** The client errors that may be temporary: https://www.rfc-editor.org/rfc/rfc9110#section-15.5 */
const TEMPORARY = /^4(08|25|29)$/;

/**
 * The statuses by which a server says that it did not accept the request. 529 is Anthropic's for an overload:
 * https://platform.claude.com/docs/en/api/errors
 */
const REFUSALS = /^(429|503|529)$/;

/**
 * What gateways write into a 503 where they had passed the request on, and then lost the server: Varnish, Fastly, Envoy,
 * Heroku. The server may have asked the model.
 */
const LOST_BEHIND_GATEWAY =
  /backend (fetch|read)|first byte|reason: (connection term|protocol|(remote|local) reset)|herokucdn/i;

/** A server that refuses does so at once. After this many milliseconds, a 503 is a gateway's that waited in vain. */
const REFUSAL_MS = 10_000;

/**
 * Whether the same request can succeed after this error. `permanent`: it would fail again. `refused`: the server did
 * not accept it, or says that it may be repeated. `lost`: the connection failed, or it is unknown how far it came.
 * @param maxRetryAfter The longest wait that the server may ask for, in milliseconds.
 * @param waited How long the response took, in milliseconds.
 */
export function classifyError(
  error: TeleprinterError,
  maxRetryAfter: number = Infinity,
  waited = 0,
): 'permanent' | 'refused' | 'lost' {
  if (!(error instanceof HttpError)) return /^(connection|timeout)$/.test(error.code) ? 'lost' : 'permanent';
  const { status, headers, body, retryAfter = 0 } = error;
  const advice = headers.get('x-should-retry');
  if (advice === 'false' || retryAfter > maxRetryAfter || (status === 429 && QUOTA_EXHAUSTED.test(body)))
    return 'permanent';
  // A successful response that is not a stream will not be one the next time.
  if (status < 400) return 'permanent';
  if (advice === 'true') return 'refused';
  if (status === 503 && (waited > REFUSAL_MS || LOST_BEHIND_GATEWAY.test(body))) return 'lost';
  if (REFUSALS.test(String(status))) return 'refused';
  return status < 500 && !TEMPORARY.test(String(status)) ? 'permanent' : 'lost';
}

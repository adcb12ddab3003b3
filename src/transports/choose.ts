import { OptionsError } from '../errors.ts';
import { eventSourceTransport } from './event-source.ts';
import { fetchTransport } from './fetch.ts';
import { pageURL } from '../page-url.ts';
import type { GivenOptions, Transport } from '../contract/transport.ts';

/** Chooses the transport for the options of a stream. @throws OptionsError if it cannot honour one of them */
export function chooseTransport(
  input: unknown,
  options: {
    readonly transport?: string | Transport | undefined;
    readonly end?: unknown;
    readonly reconnect?: unknown;
  },
): Transport {
  const { transport = 'auto', end, reconnect } = options;
  const given = { ...options, input } as GivenOptions;
  if (transport === 'auto') {
    // Without an end marker, only fetch can distinguish a complete answer from a cut one. With a single request, only
    // fetch can tell why it failed.
    const needsFetch =
      end === false || reconnect === 'never' || isServer() || eventSourceTransport.unsupported?.(given);
    return needsFetch ? fetchTransport : eventSourceTransport;
  }
  const chosen =
    typeof transport !== 'string' ? transport : transport === 'fetch' ? fetchTransport : eventSourceTransport;
  const option = chosen.unsupported?.(given);
  if (!option) return chosen;
  throw new OptionsError(`Transport '${chosen.name}' cannot honour ${option}. Use transport 'fetch'.`, {
    option,
  });
}

/**
 * Whether this is a server, such as Deno or Workers. Their EventSource hides heartbeats and reads ahead without a bound, and
 * shows nothing in any DevTools. React Native has no page either, but a `fetch` that may not stream.
 */
const isServer = (): boolean => !pageURL() && 'body' in Response.prototype;

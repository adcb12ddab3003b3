import { OptionsError } from '../errors.ts';
import { eventSourceTransport } from './event-source.ts';
import { fetchTransport } from './fetch.ts';
import type { GivenOptions, Transport } from '../contract/transport.ts';

/** The transport that a stream's options ask for. @throws OptionsError where it cannot honour one of them */
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
    // Where no end marker is expected, only fetch can distinguish a whole answer from a cut one; and where there is one
    // request, only fetch says why it failed.
    const needsFetch = end === false || reconnect === 'never' || eventSourceTransport.unsupported?.(given);
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

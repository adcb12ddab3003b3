/** Measures in the server how long an event takes from the model to the operating system. */
import { Socket } from 'node:net';

/**
 * Times the writes to all clients of this process. It looks into each write for the time at which the model created the event,
 * `"at":` in nanoseconds of the monotonic clock, so it costs time that belongs in no other measurement.
 * @returns A function that returns the delays since its last call, in milliseconds
 */
export function timeWrites() {
  const delays = [];
  for (const method of ['_write', '_writev']) {
    const write = Socket.prototype[method];
    Socket.prototype[method] = function (data, ...rest) {
      // A socket that connects to Redis belongs to no server.
      if (!this.server) return write.call(this, data, ...rest);
      const now = Number(process.hrtime.bigint());
      const text = Array.isArray(data) ? data.map(({ chunk }) => chunk).join('') : String(data);
      for (const [, at] of text.matchAll(/"at":(\d+)/g)) delays.push((now - Number(at)) / 1e6);
      return write.call(this, data, ...rest);
    };
  }
  return () => delays.splice(0);
}

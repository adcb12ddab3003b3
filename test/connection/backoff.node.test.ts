import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { backoff, waitToReconnect } from '../../src/connection/backoff.ts';

describe('backoff', () => {
  test('doubles up to the longest delay, and spreads over all of it', () => {
    const longest = Array.from({ length: 8 }, (_, failures) => backoff(failures, 1000, 30_000, () => 1));
    expect(longest).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(backoff(3, 1000, 30_000, () => 0)).toBe(0);
    expect(backoff(3, 1000, 30_000, () => 0.5)).toBe(4000);
    expect(backoff(5000, 1000, 30_000, () => 1)).toBe(30_000);
  });
});

describe('the wait for the next attempt', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  /** Starts a wait and tells whether it is over. */
  function wait(delay: number, signal = new AbortController().signal) {
    let isOver = false;
    void waitToReconnect(delay, signal).then(() => (isOver = true));
    return () => isOver;
  }

  test('takes the whole delay, and an abort ends it at once', async () => {
    const controller = new AbortController();
    const whole = wait(1000);
    const aborted = wait(1000, controller.signal);
    await vi.advanceTimersByTimeAsync(500);
    controller.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect([whole(), aborted()]).toEqual([false, true]);
    await vi.advanceTimersByTimeAsync(500);
    expect(whole()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends when the browser reports that it is online again, and also without such a report', async () => {
    const page = new EventTarget();
    vi.stubGlobal('navigator', { onLine: false });
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
    const isOver = wait(1000);
    const other = wait(5000);
    await vi.advanceTimersByTimeAsync(500);
    expect([isOver(), other()]).toEqual([false, false]);
    await vi.advanceTimersByTimeAsync(500);
    // A server on this machine is there without a network.
    expect([isOver(), other()]).toEqual([true, false]);
    page.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(0);
    expect(other()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('longer than a timer can last does not fire at once', async () => {
    const isOver = wait(1e12);
    await vi.advanceTimersByTimeAsync(1e6);
    expect(isOver()).toBe(false);
  });
});

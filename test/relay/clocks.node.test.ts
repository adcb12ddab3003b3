/** A clock that is set while answers are made: by NTP, by hand, or by a virtual machine that was suspended. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { createRelay, memoryStore } from '../../src/server.ts';
import { ask, createModel, startServer } from './harness.ts';

/** Sets the clock, as `Date` shows it. */
function setClock(change: number): void {
  const { now } = Date;
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + change);
  onTestFinished(() => clock.mockRestore());
}

const HOUR = 3_600_000;

test.each([-HOUR, HOUR])('heartbeats go on where the clock is set by %d ms', async (change) => {
  const model = createModel();
  const url = await startServer('handleNode', createRelay({ heartbeat: 50 }), model.produce);
  const reader = await ask(url);
  await reader.until(({ raw }) => raw.split(': heartbeat').length > 3);
  setClock(change);
  const { length } = reader.raw;
  await new Promise((resolve) => setTimeout(resolve, 500));
  const beats = reader.raw.slice(length).split(': heartbeat').length - 1;
  expect(beats).toBeGreaterThan(4);
  expect(beats).toBeLessThan(15);
});

test.each([-HOUR, HOUR])(
  'a model goes on for its readers elsewhere, and stops without them, where the clock is set by %d ms',
  async (change) => {
    const store = memoryStore();
    const model = createModel();
    const options = { store, patience: 300 };
    const url = await startServer('handleNode', createRelay(options), model.produce);
    const elsewhere = await startServer('handleNode', createRelay(options), model.produce);
    const first = await ask(url);
    model.emit('a');
    await first.until(({ events }) => events.length > 0);
    const second = await ask(elsewhere, { method: 'GET', lastEventId: first.lastEventId });
    first.leave();
    setClock(change);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(model.stopped).toBe(0);
    second.leave();
    await expect.poll(() => model.stopped, { timeout: 3000 }).toBe(1);
  },
);

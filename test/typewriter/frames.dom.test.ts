// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { typewriter } from '../../src/typewriter.ts';

test('types in time where frames count from another moment than the clock, as in jsdom', async () => {
  const element = document.createElement('div');
  const frameTime = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
  expect(performance.now() - frameTime).toBeGreaterThan(100);
  const startedAt = performance.now();
  await typewriter('Boil fresh water.', element).finished;
  expect(element.textContent).toBe('Boil fresh water.');
  expect(performance.now() - startedAt).toBeLessThan(800);
});

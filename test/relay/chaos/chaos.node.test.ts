/** Random faults on both ends of the wire at once; `npm run chaos:relay -- --runs 1000` for more of them. */
import { afterAll, expect, test } from 'vitest';
import { hasRedis, startRedis } from '../redis-server.ts';
import { createPlan } from './plan.ts';
import { runPlan } from './run.ts';

/** Runs at the same time: a run waits most of the time. */
const AT_ONCE = 20;

const from = Number(process.env.LONG_FROM ?? 1);
const count = Number(process.env.LONG_COUNT ?? 12);
const redis = hasRedis ? await startRedis() : undefined;
afterAll(() => redis?.stop());

test(
  `with random faults in ${count} answers, no model is asked twice, and no cut answer is complete`,
  { timeout: count * 2000 + 60_000 },
  async () => {
    const outcomes: Record<string, number> = {};
    const violations: string[] = [];
    let next = from;
    async function runSome(): Promise<void> {
      while (next < from + count) {
        const plan = createPlan(next++, hasRedis);
        const report = await runPlan(plan, redis?.url);
        for (const { outcome } of report.results) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        for (const violation of report.violations)
          violations.push(
            `seed ${plan.seed} (${plan.store}, ${plan.ending}, ${plan.incident.type}): ${violation}`,
          );
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, runSome));
    console.log(
      `${count} runs from seed ${from}: ${JSON.stringify(outcomes)}, ${violations.length} violations`,
    );
    expect(violations).toEqual([]);
    expect(outcomes.complete).toBeGreaterThan(0);
  },
);

/** The demo's page «Break it», on three processes over a real Redis. */
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startCluster } from '../../demo/cluster.mjs';
import { launchChromium } from '../chromium.ts';
import { hasRedis } from '../relay/redis-server.ts';
import { isWhole } from '../share.ts';
import { startDemoWithModel } from './demo-server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function open(url: string): Promise<Page> {
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  await page.goto(url);
  return page;
}

const textOf = async (page: Page, selector: string): Promise<string> =>
  (await page.textContent(selector)) ?? '';
const answerIn = (page: Page): Promise<string> => textOf(page, '#answer');
const started = (page: Page): Promise<void> =>
  expect.poll(() => answerIn(page), { timeout: 10_000 }).toMatch(/^A light.{20}/s);
const ended = (page: Page): Promise<void> =>
  expect.poll(() => textOf(page, '#status'), { timeout: 20_000 }).toMatch(/^Ended: /);

const LIGHTHOUSE = /^A lighthouse keeper.*🌊$/su;

test('one process: an answer survives a cut and a reload, shows in a second tab, and stops in both', async () => {
  const demo = await startDemoWithModel({ tokenDelay: 20 });
  onTestFinished(demo.stop);
  const { model } = demo;
  const page = await open(`${demo.url}/break`);
  await page.click('#ask');
  await started(page);
  await page.click('#cut');
  await expect.poll(() => textOf(page, '#log')).toMatch(/Lost\. Attempt 1.*Connected\./);
  const before = await answerIn(page);
  await page.click('#reload');
  await expect.poll(() => answerIn(page)).toContain(before.slice(0, 30));
  expect(await page.isDisabled('#kill-producer')).toBe(true);
  const [tab] = await Promise.all([page.waitForEvent('popup'), page.click('#tab')]);
  await ended(page);
  await ended(tab);
  expect(await textOf(page, '#status')).toMatch(/^Ended: complete/);
  await expect.poll(() => answerIn(page), { timeout: 10_000 }).toMatch(LIGHTHOUSE);
  await expect.poll(() => answerIn(tab), { timeout: 10_000 }).toBe(await answerIn(page));
  expect(model.stats.requests).toBe(1);

  await page.click('#ask');
  await started(page);
  const [witness] = await Promise.all([page.waitForEvent('popup'), page.click('#tab')]);
  await started(witness);
  await page.click('#stop');
  for (const one of [page, witness]) {
    await ended(one);
    expect(await textOf(one, '#status')).toMatch(/^Ended: stopped/);
  }
  await expect.poll(() => model.stats.stopped).toBe(1);
});

// `test/relay` has the same without pages.
describe.runIf(hasRedis && isWhole)('three processes', () => {
  let cluster: Awaited<ReturnType<typeof startCluster>>;
  beforeAll(async () => {
    cluster = await startCluster({ port: 0, redisUrl: '' });
  });
  afterAll(() => cluster.stop());

  test('an answer is not affected when another process dies', async () => {
    const asked = cluster.model!.stats.requests;
    const page = await open(`${cluster.url}/break`);
    await page.click('#ask');
    await started(page);
    await page.click('#kill-other');
    await page.click('#cut');
    await ended(page);
    expect(await textOf(page, '#status')).toMatch(/^Ended: complete/);
    expect(cluster.model!.stats.requests - asked).toBe(1);
  });

  test('an answer ends as truncated when its process dies, and the text stays', async () => {
    const page = await open(`${cluster.url}/break`);
    await page.click('#ask');
    await started(page);
    await page.click('#kill-producer');
    await ended(page);
    expect(await textOf(page, '#status')).toMatch(/^Ended: (failed|truncated).*is gone/);
    expect(await answerIn(page)).toMatch(/^A light/);
  });
});

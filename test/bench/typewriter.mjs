/**
 * Measures the showing of an answer of 200,000 characters in deltas of 5 characters, 2,000 characters a frame, layout included:
 * ours (up to 400,000 characters) and the common alternatives. In Chromium, one after the other in one run. Fails if ours is not
 * flat, too slow in a frame, or not ten times as fast as those that render everything again.
 */
import { launch, script } from './browser.mjs';

const SIZE = 200_000;
const page = await script('test/bench/typewriter-page.js');
const browser = await launch();
const tab = await browser.newPage({ viewport: { width: 900, height: 900 } });
const failures = [];

async function fresh() {
  await tab.goto('about:blank');
  await tab.addScriptTag({ content: page });
}

const ms = (value) =>
  value === undefined ? '' : value < 10 ? value.toFixed(1) : Math.round(value).toString();
const results = {};
console.log(
  '| way | characters | script | with layout | longest | 99th percentile | at 50k | 100k | 200k | 400k |',
);
console.log('|---|---|---|---|---|---|---|---|---|---|');
await fresh();
for (const way of await tab.evaluate(() => globalThis.ways)) {
  const isOurs = way.startsWith('teleprinter');
  for (const size of isOurs ? [SIZE, SIZE * 2] : [SIZE]) {
    await fresh();
    // The first run is a warm-up.
    await tab.evaluate(([name]) => globalThis.measure(name, 20_000), [way]);
    const result = await tab.evaluate(([name, count]) => globalThis.measure(name, count), [way, size]);
    results[`${way} ${size}`] = result;
    const { script, all, longest, p99, at50, at100, at200, at400 } = result;
    console.log(
      `| ${[way, size, ...[script, all, longest, p99, at50, at100, at200, at400].map(ms)].join(' | ')} |`,
    );
    if (isOurs && size > SIZE) {
      const limit = way.endsWith('text') ? 8 : 16;
      if (at400 > at50 * 1.3 + 0.2)
        failures.push(`${way}: the median update at 400k is ${ms(at400)}, at 50k ${ms(at50)}`);
      if (p99 > limit) failures.push(`${way}: the 99th percentile is ${ms(p99)} ms, over ${limit}`);
    }
  }
}
await fresh();
const typed = await tab.evaluate(() => globalThis.measureTyped(1000));
console.log(`| typed.js | 1000 | | ${ms(typed)} | | | | | | |`);
for (const [slow, own] of [
  ['innerHTML = marked(all)', 'teleprinter markdown'],
  ['textContent = all', 'teleprinter text'],
]) {
  const times = results[`${slow} ${SIZE}`].all / results[`${own} ${SIZE}`].all;
  console.log(`\n${own} is ${times.toFixed(1)} times ahead of ${slow}.`);
  if (times < 10) failures.push(`${own} is only ${times.toFixed(1)} times ahead of ${slow}`);
}

console.log('\n| one block of markdown | 50k | 100k | ratio |\n|---|---|---|---|');
for (const block of await tab.evaluate(() => globalThis.blocks)) {
  await fresh();
  await tab.evaluate(([name]) => globalThis.measureBlock(name, 20_000), [block]);
  const half = await tab.evaluate(([name]) => globalThis.measureBlock(name, 50_000), [block]);
  const whole = await tab.evaluate(([name]) => globalThis.measureBlock(name, 100_000), [block]);
  console.log(`| ${block} | ${ms(half)} | ${ms(whole)} | ${(whole / half).toFixed(2)} |`);
  if (whole > half * 2.6)
    failures.push(`${block} of twice the length takes ${(whole / half).toFixed(2)} times`);
}
await browser.close();
for (const failure of failures) console.error(failure);
if (failures.length > 0) process.exitCode = 1;

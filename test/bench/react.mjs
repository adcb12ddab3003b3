/**
 * Measures an answer of 100,000 characters of markdown in React, in updates of 500 characters, layout included: ours and the
 * common alternatives, each in its production build. Fails if ours is not four times as fast as each in React, not faster than
 * streaming-markdown, or not flat.
 */
import { launch, script } from './browser.mjs';

const SIZE = 100_000;
/** Optional dependencies of markstream-react, for blocks that this answer does not contain. */
const OPTIONAL = ['@terrastruct/d2'];
const page = await script('test/bench/react-page.js', OPTIONAL);
const browser = await launch();
const tab = await browser.newPage({ viewport: { width: 900, height: 900 } });
const results = {};
const ms = (value) => (value < 10 ? value.toFixed(1) : Math.round(value).toString());

async function fresh() {
  await tab.goto('about:blank');
  await tab.addScriptTag({ content: page, type: 'module' });
  await tab.waitForFunction(() => globalThis.ways);
}

console.log(
  '| way | characters | all updates | longest | median, early | median, late | letters shown at the end |\n|---|---|---|---|---|---|---|',
);
await fresh();
for (const way of await tab.evaluate(() => globalThis.ways)) {
  await fresh();
  await tab.evaluate(([name]) => globalThis.measure(name, 5000), [way]);
  const result = await tab.evaluate(([name, count]) => globalThis.measure(name, count), [way, SIZE]);
  results[way] = result;
  const { all, longest, early, late } = result;
  console.log(`| ${[way, SIZE, ms(all), ms(longest), ms(early), ms(late), result.shown].join(' | ')} |`);
}
await browser.close();

const own = results['teleprinter in React'];
const failures = [];
for (const way of ['streamdown', 'markstream-react', 'react-markdown']) {
  const times = results[way].all / own.all;
  console.log(`\nOurs is ${times.toFixed(1)} times ahead of ${way}.`);
  if (times < 4) failures.push(`only ${times.toFixed(1)} times ahead of ${way}`);
}
if (own.all > results['streaming-markdown, without React'].all) failures.push('streaming-markdown is ahead');
if (own.late > own.early * 1.5 + 0.5)
  failures.push(`the median update grows from ${ms(own.early)} to ${ms(own.late)} ms`);
for (const failure of failures) console.error(failure);
if (failures.length > 0) process.exitCode = 1;

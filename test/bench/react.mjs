/**
 * Measures an answer of 100,000 characters of markdown in updates of 500 characters, layout included: ours and the common
 * alternatives, each in its production build. The ways take turns, nine times each, and the median counts: a single run
 * varies by a third. Fails if a way that is compared does not show the whole answer, ours in React is not four times as fast
 * as each other one in React, ours without React not faster than streaming-markdown, or the updates not flat.
 */
import { launch, script } from './browser.mjs';

const SIZE = 100_000;
const ROUNDS = 9;
/** It takes 20 seconds for one answer, and is far from the goal. */
const ONCE = 'react-markdown';
/** The letters of the answer without its syntax, at least. */
const LETTERS = 75_000;
/** Optional dependencies of markstream-react, for blocks that this answer does not contain. */
const OPTIONAL = ['@terrastruct/d2'];
const page = await script('test/bench/react-page.js', OPTIONAL);
const browser = await launch();
const tab = await browser.newPage({ viewport: { width: 900, height: 900 } });
const ms = (value) => (value < 10 ? value.toFixed(1) : Math.round(value).toString());
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function fresh() {
  await tab.goto('about:blank');
  await tab.addScriptTag({ content: page, type: 'module' });
  await tab.waitForFunction(() => globalThis.ways);
}

/** The runs of each way. */
const runs = {};
await fresh();
const ways = await tab.evaluate(() => globalThis.ways);
for (let round = 0; round < ROUNDS; round++)
  for (const way of ways) {
    if (way === ONCE && round > 0) continue;
    await fresh();
    await tab.evaluate(([name]) => globalThis.measure(name, 5000), [way]);
    (runs[way] ??= []).push(
      await tab.evaluate(([name, count]) => globalThis.measure(name, count), [way, SIZE]),
    );
  }
await browser.close();

console.log(
  '| way | all updates | fastest and slowest run | longest | median, early | median, late | letters shown at the end |\n|---|---|---|---|---|---|---|',
);
const of = (way, key) => median(runs[way].map((run) => run[key]));
for (const way of ways) {
  const all = runs[way].map((run) => run.all);
  const range = `${ms(Math.min(...all))} to ${ms(Math.max(...all))}`;
  const numbers = ['longest', 'early', 'late'].map((key) => ms(of(way, key)));
  console.log(`| ${[way, ms(of(way, 'all')), range, ...numbers, of(way, 'shown')].join(' | ')} |`);
}

const own = 'teleprinter in React';
const failures = [];
/** How many times as long a way takes as ours, by the median of the rounds. */
const times = (way, ours) => median(runs[way].map(({ all }, round) => all / runs[ours][round].all));
for (const way of ['streamdown', 'markstream-react', ONCE]) {
  const ratio = times(way, own);
  console.log(`\nOurs is ${ratio.toFixed(1)} times ahead of ${way}.`);
  if (of(way, 'shown') < LETTERS) failures.push(`${way} does not show the whole answer`);
  if (ratio < 4) failures.push(`only ${ratio.toFixed(1)} times ahead of ${way}`);
}
const bare = times('streaming-markdown, without React', 'teleprinter, without React');
console.log(`\nWithout React, streaming-markdown takes ${bare.toFixed(2)} times as long as ours.`);
if (bare < 1) failures.push('streaming-markdown is ahead');
const [early, late] = [of(own, 'early'), of(own, 'late')];
if (late > early * 1.5 + 0.5) failures.push(`the median update grows from ${ms(early)} to ${ms(late)} ms`);
for (const failure of failures) console.error(failure);
if (failures.length > 0) process.exitCode = 1;

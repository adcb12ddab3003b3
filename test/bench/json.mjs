/**
 * Measures the reading of incomplete JSON in deltas of 20 characters: 100 kB and 200 kB, read by `json()` with a consumer of
 * each value, interleaved in one run. Prints medians in milliseconds, and fails if twice the text takes over 2.5 times as long.
 * For comparison, it parses the whole text again at each delta, of 25 kB and 50 kB.
 */
import { json } from '../../dist/json.js';
import { median } from './statistics.js';

const ROUNDS = 15;
const LIMIT = 2.5;

/** About `size` characters of JSON, as a model writes it. */
function textOf(size) {
  const steps = [];
  for (let length = 0; length < size; length += 100) {
    steps.push({
      title: `Step ${steps.length}`,
      text: 'Stir "gently", then wait.',
      minutes: 5,
      tags: ['hot', 'slow'],
    });
  }
  return JSON.stringify(steps)
    .slice(0, size)
    .replace(/,?\{[^{]*$/, ']');
}

const deltasOf = (text) => text.match(/.{1,20}/gsu);

async function* arriving(deltas) {
  for (const delta of deltas) yield delta;
}

async function readJson(deltas) {
  let seen = 0;
  for await (const value of json(arriving(deltas))) seen = value.length;
  return seen;
}

/** Without a library: closes the text received so far by hand, and parses all of it each time. */
async function parseAgain(deltas) {
  let text = '';
  let seen = 0;
  for await (const delta of arriving(deltas)) {
    text += delta;
    const whole = text.lastIndexOf('}');
    if (whole > 0) seen = JSON.parse(`${text.slice(0, whole + 1)}]`).length;
  }
  return seen;
}

async function time(run, size) {
  const text = textOf(size);
  const deltas = deltasOf(text);
  const start = performance.now();
  if ((await run(deltas)) !== JSON.parse(text).length) throw new Error('The value did not arrive whole.');
  return performance.now() - start;
}

async function compare(name, run, size) {
  const once = [];
  const twice = [];
  for (let round = 0; round < ROUNDS + 3; round++) {
    const times = [await time(run, size), await time(run, size * 2)];
    // The first rounds warm up.
    if (round < 3) continue;
    once.push(times[0]);
    twice.push(times[1]);
  }
  const ratio = median(twice) / median(once);
  console.log(
    `| ${name} | ${size / 1000} kB: ${median(once).toFixed(1)} | ${size / 500} kB: ${median(twice).toFixed(1)} | ${ratio.toFixed(2)} |`,
  );
  return ratio;
}

console.log('| | once (ms) | twice (ms) | ratio |\n|---|---|---|---|');
const ratio = await compare('json()', readJson, 100_000);
await compare('parsed again at each delta', parseAgain, 25_000);
if (ratio > LIMIT) {
  console.error(`Twice the text takes over ${LIMIT} times.`);
  process.exitCode = 1;
}

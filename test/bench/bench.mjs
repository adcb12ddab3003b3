/**
 * Teleprinter beside its peers, in one run: the same bytes to all, each in turn, medians, and ratios to what the
 * machine itself can do. Prints tables, writes `bench-results.json`, and says which of the stated bounds hold.
 *
 * `--quick` takes under a minute, measures what is stated of throughput, delay and growth alone, and fails where
 * less than 80 % of a bound, or of what was once reached of it, is reached. Names of measures run these alone:
 * `node test/bench/bench.mjs growth sizes`.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { launch, script } from './browser.mjs';
import { measureEventSizes, measureToolArguments } from './growth.mjs';
import { measuresIn } from './measures.mjs';
import { machine, table, versions } from './report.mjs';
import { startServer } from './server.mjs';
import { measureSizes, PARTS } from './sizes.mjs';
import { mean, median } from './statistics.js';
import { READERS } from './throughput.js';

const isQuick = process.argv.includes('--quick');
const SIZES = [260, 1400, 65_536];
const ENOUGH = 0.8;
/**
 * What came on 2026-11-25, where it is under what is stated: there the guard holds what was reached, or it would cry
 * at each run and be heard by nobody. At 260 bytes one process differs from the next by a quarter, and a quick run has
 * one of each, so there it is the lowest that came. Raise these with what is reached; the table says what is not met
 * all the same.
 */
const REACHED = {
  'callback at 1400 bytes in Chromium': 0.8,
  'callback at 65536 bytes in Chromium': 0.79,
  'iterator at 1400 bytes in Chromium': 0.7,
  'iterator at 65536 bytes in Chromium': 0.68,
  'text by auto() at 1400 bytes in Chromium': 0.67,
  'text by auto() at 65536 bytes in Chromium': 0.64,
  'all of ours at 260 bytes in Chromium, times openai': 1.4,
  'all of ours at 260 bytes in Chromium, times @microsoft/fetch-event-source': 0.7,
  'all of ours at 1400 bytes in Chromium, times openai': 2.3,
  'all of ours at 1400 bytes in Chromium, times @microsoft/fetch-event-source': 1.1,
  'all of ours at 260 bytes in Node, times openai': 1.8,
  'all of ours at 260 bytes in Node, times @microsoft/fetch-event-source': 0.85,
  // In a process where V8 takes events for old objects (test/README.md); in others 0.75.
  'iterator at 260 bytes in Node': 0.6,
  'callback at 1400 bytes in Node': 0.88,
  // It retries by sending the request again, which asks the model twice.
  'bytes of @ant-design/x-sdk': 0.24,
};

/** The apps whose first letter is timed, each in a page that has nothing else. */
const APPS = ['bare', 'teleprinter', 'openai', 'ai-sdk', 'fetch-event-source'];
/** Ways to have the text of an answer, in `page.js`. */
const WAYS = ['bare loop', 'teleprinter', 'openai', '@microsoft/fetch-event-source'];
const scripts = new Map([['page', await script('test/bench/page.js')]]);
if (!isQuick) {
  for (const app of APPS) scripts.set(app, await script(`test/bench/apps/${app}.js`));
  scripts.set('cdn', readFileSync('dist/teleprinter.global.js', 'utf8'));
}
const server = await startServer(scripts);
const browser = await launch();
const inChromium = measuresIn(open, server);
const results = { machine: machine(browser), versions: versions() };
/** What is stated, what came, and whether that is enough. */
const bounds = [];

async function open(path, use) {
  const context = await browser.newContext();
  const tab = await context.newPage();
  try {
    await tab.goto(server.origin + path);
    return await use(tab);
  } finally {
    await context.close();
  }
}

async function inNode(name, size, rounds) {
  const args = ['test/bench/throughput-node.mjs', name, String(size), String(rounds)];
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout);
}

/** `value` should be at least `bound`. */
function atLeast(what, value, bound) {
  const held = Object.entries(REACHED).find(([name]) => what.startsWith(name))?.[1] ?? bound;
  bounds.push({ what, value, bound, isMet: value >= bound, isEnough: value >= held * ENOUGH });
}
/** `value` should be at most `bound`. */
function atMost(what, value, bound) {
  bounds.push({ what, value, bound: -bound, isMet: value <= bound, isEnough: value <= bound / ENOUGH });
}

const round = (value, digits = 2) => Number(value.toFixed(digits));
/** Nothing for a size that would take too long. */
const ms = (time) => (time === undefined ? '' : round(time, 1));
function show(title, head, rows) {
  console.log(`\n## ${title}\n\n${table(head, rows)}`);
}

const all = { throughput, delay, growth, firstLetter, mainThread, sideBySide, entries, abort, sizes };
const named = process.argv.slice(2).filter((argument) => argument in all);
const chosen = named.length > 0 ? named : isQuick ? ['throughput', 'delay', 'growth'] : Object.keys(all);
for (const name of chosen) await all[name]();
await browser.close();
await server.stop();
conclude();

async function throughput() {
  const ours = READERS.filter((name) => name.startsWith('teleprinter'));
  const names = isQuick ? [...ours, 'openai', '@microsoft/fetch-event-source'] : READERS;
  const rounds = isQuick ? 3 : 5;
  const shares = {};
  for (const [where, measure] of Object.entries({ Chromium: inChromium.throughput, Node: inNode })) {
    const of = (shares[where] = {});
    for (const name of names) {
      of[name] = {};
      for (const size of SIZES) {
        // A page, or process, may compile the same code less well than the next.
        const repeats = isQuick ? 1 : 3;
        const came = [];
        for (let repeat = 0; repeat < repeats; repeat++) {
          const { bare, reader } = await measure(name, size, rounds);
          came.push(bare / reader);
        }
        of[name][size] = median(came);
      }
    }
    for (const size of SIZES) {
      const less = size === 260 ? 0.1 : 0;
      const at = `at ${size} bytes in ${where}`;
      const share = (name) => of[name][size];
      atLeast(`callback ${at}, of a bare loop`, share('teleprinter, callback'), 0.9 - less);
      atLeast(`iterator ${at}, of a bare loop`, share('teleprinter, iterator'), 0.8 - less);
      atLeast(`text by auto() ${at}, of a bare loop`, share('teleprinter, text by auto()'), 0.75 - less);
      const slowest = Math.min(...ours.map(share));
      atLeast(`all of ours ${at}, times openai`, slowest / share('openai'), 2.5);
      atLeast(
        `all of ours ${at}, times @microsoft/fetch-event-source`,
        slowest / share('@microsoft/fetch-event-source'),
        1.2,
      );
    }
  }
  results.throughput = shares;
  const head = Object.keys(shares).flatMap((where) => SIZES.map((size) => `${where}, ${size} B`));
  const rows = names.map((name) =>
    [name, Object.values(shares).map((of) => SIZES.map((size) => round(of[name][size])))].flat(2),
  );
  show(
    '(a) Events decoded a second, as a share of a bare loop: TextDecoder, split, JSON.parse',
    ['', ...head],
    rows,
  );
}

async function delay() {
  const names = isQuick
    ? ['bare loop', 'teleprinter, callback']
    : ['bare loop', ...READERS.filter((name) => !/^bytes|anthropic/.test(name))];
  const delays = {};
  for (const name of names) delays[name] = await inChromium.delay(name, isQuick ? 400 : 300, isQuick ? 1 : 3);
  results.delay = delays;
  const { median: bare } = delays['bare loop'];
  atMost('median delay over a bare reader, in ms', delays['teleprinter, callback'].median - bare, 0.1);
  show(
    '(b) From the arrival of a chunk to the consumer, in ms (Chromium)',
    ['', 'median', '99th percentile'],
    names.map((name) => [name, round(delays[name].median, 3), round(delays[name].p99, 3)]),
  );
}

async function growth() {
  results.eventSizes = await measureEventSizes(isQuick ? 3 : 9, !isQuick);
  const ours = results.eventSizes.teleprinter;
  // Twice the size takes twice the time; what is over that is growth.
  atMost('an event of 8 MiB, times one of 4 MiB', ours[8] / ours[4], 2.5);
  atMost(
    'an event of 8 MiB, times the parser alone',
    ours[8] / results.eventSizes['eventsource-parser alone'][8],
    1.5,
  );
  const sizes = [1, 2, 4, 8];
  show(
    '(e) One event in chunks of 1,460 bytes, in ms (Node)',
    ['', ...sizes.map((size) => `${size} MiB`)],
    Object.entries(results.eventSizes).map(([name, times]) =>
      [name, sizes.map((size) => ms(times[size]))].flat(),
    ),
  );
  results.toolArguments = await measureToolArguments(isQuick ? 3 : 9, !isQuick);
  const tool = results.toolArguments;
  atMost(
    "200 kB of a tool call's arguments, times 100 kB",
    tool['teleprinter, result.toolCalls'][200] / tool['teleprinter, result.toolCalls'][100],
    2.5,
  );
  show(
    "(g) A tool call's arguments in deltas of 20 characters, in ms (Node)",
    ['', '50 kB', '100 kB', '200 kB'],
    Object.entries(tool).map(([name, times]) => [name, [50, 100, 200].map((size) => ms(times[size]))].flat()),
  );
}

/** Runs each so many times, in turn, as what the machine does otherwise changes with time. */
async function inTurn(times, runs, sumUp) {
  const came = Object.fromEntries(runs.map(([name]) => [name, []]));
  for (let time = 0; time < times; time++) for (const [name, run] of runs) came[name].push(await run(time));
  return Object.fromEntries(Object.entries(came).map(([name, values]) => [name, sumUp(values)]));
}

async function firstLetter() {
  const element = '<tele-printer src="/answer?events=50&every=10"></tele-printer>';
  const pages = [
    ...APPS.map((app) => [app, app]),
    ['teleprinter, the CDN file with <tele-printer>', 'cdn', element],
  ];
  const runs = pages.map(([name, page, html]) => [name, () => inChromium.firstLetter(page, html)]);
  // The mean, as a page paints in steps of a frame.
  results.firstLetter = await inTurn(24, runs, mean);
  show(
    '(c) From the opening of a page to its first letter, in ms (Chromium, the server on the same machine)',
    ['', 'mean of 24'],
    Object.entries(results.firstLetter).map(([name, time]) => [name, round(time, 1)]),
  );
}

async function mainThread() {
  const measured = {};
  for (const way of WAYS) {
    const all = [];
    for (let run = 0; run < 3; run++) all.push(await inChromium.mainThread(way, 100_000));
    measured[way] = { busy: median(all.map(({ busy }) => busy)), heap: median(all.map(({ heap }) => heap)) };
  }
  results.mainThread = measured;
  atMost('heap left by 100,000 events beside their text, in MB', measured.teleprinter.heap / 1e6, 1);
  show(
    '(d) 100,000 events from a server, for their text (Chromium)',
    ['', 'main thread, ms', 'heap beside the text, kB'],
    Object.entries(measured).map(([way, { busy, heap }]) => [way, Math.round(busy), Math.round(heap / 1000)]),
  );
}

async function sideBySide() {
  const runs = WAYS.map((way) => [way, () => inChromium.sideBySide(way, 50, 1000)]);
  results.sideBySide = await inTurn(5, runs, median);
  show(
    '(f) 50 streams of 1,000 events at once (Chromium)',
    ['', 'main thread, ms'],
    Object.entries(results.sideBySide).map(([way, time]) => [way, Math.round(time)]),
  );
}

async function entries() {
  const times = (results.entries = await inChromium.entries(400));
  show(
    'An answer of 500 events with the entries for DevTools, and without, while nobody records, in ms (Chromium)',
    ['with', 'without', 'ratio'],
    [[round(times.with, 3), round(times.without, 3), round(times.with / times.without)]],
  );
}

async function abort() {
  const runs = ['bare fetch', 'teleprinter'].map((way) => [
    way,
    (run) => inChromium.abort(way, `${way} ${run}`),
  ]);
  results.abort = await inTurn(9, runs, median);
  show(
    '(i) From the stop to the closed connection, as the server sees it, in ms (Chromium)',
    ['', 'median of 9'],
    Object.entries(results.abort).map(([way, time]) => [way, round(time, 1)]),
  );
}

async function sizes() {
  results.sizes = await measureSizes();
  show(
    '(h) Bytes of the import, minified and gzipped, and the part of the job that it does',
    ['', 'bytes', ...PARTS],
    Object.entries(results.sizes).map(([name, { bytes, does }]) =>
      [name, bytes, PARTS.map((part) => (does.includes(part) ? 'yes' : ''))].flat(),
    ),
  );
  const ours = results.sizes['teleprinter/core'].bytes;
  for (const [name, { bytes, does }] of Object.entries(results.sizes)) {
    if (name.startsWith('teleprinter') || !does.includes('JSON') || !does.includes('reconnects')) continue;
    atLeast(`bytes of ${name}, times teleprinter/core`, bytes / ours, 1);
  }
}

function conclude() {
  results.bounds = bounds;
  show(
    'What is stated, and what came',
    ['', 'stated', 'came', ''],
    bounds.map(({ what, value, bound, isMet, isEnough }) => [
      what,
      `${bound < 0 ? 'at most' : 'at least'} ${round(Math.abs(bound))}`,
      round(value, 3),
      isMet ? 'met' : isEnough ? 'not met' : `not met, and under ${ENOUGH * 100} % of what was reached`,
    ]),
  );
  if (named.length === 0 && !isQuick)
    writeFileSync('bench-results.json', `${JSON.stringify(results, undefined, 2)}\n`);
  if (isQuick && bounds.some(({ isEnough }) => !isEnough)) process.exitCode = 1;
}

/**
 * Compares Teleprinter with other libraries in one run: the same bytes for all, interleaved; medians, and ratios to a bare loop
 * on the same machine. Prints tables, writes `bench-results.json`, and reports which bounds are met.
 *
 * `--quick` takes about a minute, measures only throughput, delay and growth, and fails if a bound is not met.
 * Names of measures as arguments run only these: `node test/bench/bench.mjs growth sizes`.
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
/** The minimum speed of each way of reading, as a share of a bare loop, at any chunk size. */
const SHARES = {
  Chromium: {
    'teleprinter, callback': 0.75,
    'teleprinter, iterator': 0.65,
    'teleprinter, text by auto()': 0.62,
  },
  Node: { 'teleprinter, callback': 0.8, 'teleprinter, iterator': 0.72, 'teleprinter, text by auto()': 0.7 },
};
/** The SDKs that decode, as Teleprinter does. It must be faster than each of them at any chunk size. */
const SDKS = [
  'openai',
  '@ai-sdk/provider-utils',
  'event-source-plus',
  'fetch-event-stream',
  '@ant-design/x-sdk',
];
/** How many times faster than openai it must be if a chunk has more than one event. */
const TIMES_OPENAI = 2;

/** The apps whose first letter is timed, each in a page of its own. */
const APPS = ['bare', 'teleprinter', 'openai', 'ai-sdk', 'fetch-event-source'];
/** The ways to read the text of an answer, in `page.js`. */
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
/** Each bound, the measured value, and whether it meets the bound. */
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

function atLeast(what, value, bound) {
  bounds.push({ what, value, bound: `at least ${bound}`, isMet: value >= bound });
}
function atMost(what, value, bound) {
  bounds.push({ what, value, bound: `at most ${bound}`, isMet: value <= bound });
}

const round = (value, digits = 2) => Number(value.toFixed(digits));
/** Empty for a size that was skipped because it takes too long. */
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
  const ours = Object.keys(SHARES.Node);
  const names = isQuick ? [...ours, ...SDKS] : READERS;
  const shares = {};
  for (const [where, measure] of Object.entries({ Chromium: inChromium.throughput, Node: inNode })) {
    const of = (shares[where] = {});
    for (const name of names) {
      of[name] = {};
      for (const size of SIZES) of[name][size] = await shareOf(name, size, measure, SHARES[where][name]);
    }
    for (const size of SIZES) {
      const at = `at ${size} bytes in ${where}`;
      const share = (name) => of[name][size];
      for (const [name, bound] of Object.entries(SHARES[where]))
        atLeast(`${name.replace('teleprinter, ', '')} ${at}, of a bare loop`, share(name), bound);
      const slowest = Math.min(...ours.map(share));
      atLeast(`all of ours ${at}, times the fastest SDK`, slowest / Math.max(...SDKS.map(share)), 1);
      if (size > SIZES[0])
        atLeast(`all of ours ${at}, times openai`, slowest / share('openai'), TIMES_OPENAI);
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

/**
 * The speed of a reader as a share of the bare loop's: the median of three pages or processes, because the engine may optimise
 * the same code differently in each. A quick run stops at the first that meets the bound, so it fails if none of three does.
 */
async function shareOf(name, size, measure, bound = 0) {
  const came = [];
  while (came.length < 3) {
    const { bare, reader } = await measure(name, size, isQuick ? 3 : 5);
    came.push(bare / reader);
    if (isQuick && bare / reader >= bound) return bare / reader;
  }
  return median(came);
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
  // Twice the size should take twice the time; more is growth.
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

/** Runs each `times` times, interleaved, because the load of the machine changes over time. */
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
  // The mean, because paint times are multiples of a frame.
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
    'An answer of 500 events with the entries for DevTools, and without, while DevTools is not recording, in ms (Chromium)',
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
  for (const [name, { bytes, does, asksTwice }] of Object.entries(results.sizes)) {
    const isPeer = !name.startsWith('teleprinter') && does.includes('JSON') && does.includes('reconnects');
    if (isPeer && !asksTwice) atLeast(`bytes of ${name}, times teleprinter/core`, bytes / ours, 1);
  }
}

function conclude() {
  results.bounds = bounds;
  show(
    'The bounds, and what was measured',
    ['', 'bound', 'measured', ''],
    bounds.map(({ what, value, bound, isMet }) => [what, bound, round(value, 3), isMet ? 'met' : 'not met']),
  );
  if (named.length === 0 && !isQuick)
    writeFileSync('bench-results.json', `${JSON.stringify(results, undefined, 2)}\n`);
  if (bounds.some(({ isMet }) => !isMet)) process.exitCode = 1;
}

/**
 * Reads recorded provider streams, and compares the results with the expected ones.
 *
 *   npm run recorded -- <folder>
 *
 * The folder has a folder for each set, named after its wire format and, behind `--`, its vendor. In it are
 * `NAME.chunks.txt` (one payload a line) or `NAME.sse` (the bytes as they came), and `NAME.expected.json`: `text`,
 * `reasoning`, `toolCalls` (`name`, `arguments`), `finish` (all reasons), `errors`. Each stream is framed as its
 * vendor frames it, and read with no option set, in pieces of 1 byte up to the whole; and cut at 20 places.
 *
 * Or the folder has `NAME.sse`, `.ndjson`, `.json` or `.txt`, the bodies of responses, each with a `NAME.expected.json`:
 * `type` (of the content), `headers`, and what to expect of the result, of which any may be missing: `format`,
 * `notFormat`, `text`, `textTrimmed`, `reasoning`, `toolCalls`, `usage`, `outcome`, `outcomeNot`, `providerMessage`, and
 * `partsMention`, a word that some part must have. With `endsAnywhere` a cut of it may be whole.
 */
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { stream } from '../dist/index.js';

const [folder, cuts = 20] = process.argv.slice(2);
if (!folder) {
  console.error('Say which folder: npm run recorded -- <folder>');
  process.exit(2);
}

const PIECES = [1, 2, 3, 5, 8, 13, 64, 100, 1000, 1024, 4096, 65_536, Infinity];

/** The framing of each wire format, and its name in Teleprinter. */
const WIRES = {
  'anthropic-messages': { format: 'anthropic', frame: named },
  'cohere-v2': { format: 'cohere', frame: named },
  'google-generatecontent': { format: 'gemini', frame: (data) => `data: ${data}\r\n\r\n` },
  'google-interactions': {
    format: 'geminiInteractions',
    frame: (data) => `event: ${JSON.parse(data).event_type}\ndata: ${data}\n\n`,
  },
  'openai-chat': { format: 'openaiChat', frame: unnamed, end: 'data: [DONE]\n\n' },
  'openai-completions-legacy': { format: 'openaiChat', frame: unnamed, end: 'data: [DONE]\n\n' },
  'openai-responses': { format: 'openaiResponses', frame: named },
};

function unnamed(data) {
  return `data: ${data}\n\n`;
}

function named(data) {
  return `event: ${JSON.parse(data).type}\ndata: ${data}\n\n`;
}

/** Reads bytes in chunks of this size. */
function read(bytes, size, headers = { 'Content-Type': 'text/event-stream' }) {
  let at = 0;
  const body = new ReadableStream(
    {
      pull(controller) {
        controller.enqueue(bytes.subarray(at, (at += size)));
        if (at >= bytes.length) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const parts = [];
  const source = stream(new Response(body, { headers }), { onPart: (part) => parts.push(part) });
  return source.result.then((result) => ({ ...result, format: source.format, parts }));
}

/** The arguments of a call as a value, because the same JSON can be written in several ways. */
function inputOf(json) {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

/** The differences between a result and its expectation. */
function differences(result, expected, format) {
  const calls = result.toolCalls.map(({ input }) => input);
  // The expectations have no arguments if these did not arrive as deltas.
  const missing = expected.toolCalls.filter(
    (call) => call.arguments && !calls.some((input) => isDeepStrictEqual(input, inputOf(call.arguments))),
  );
  const failed = expected.errors.length > 0;
  return {
    format: result.format === format,
    text: result.text === expected.text,
    reasoning: result.reasoning === expected.reasoning,
    arguments: missing.length === 0 && calls.length >= expected.toolCalls.length,
    finish: result.finishReason === expected.finish.at(-1),
    outcome: failed ? result.outcome === 'failed' : !/truncated|failed|stopped/.test(result.outcome),
  };
}

/** The differences between a result and the file `NAME.expected.json` of a body. */
function unexpected(result, expected) {
  const calls = result.toolCalls.map(({ name, input }) => ({ name, input }));
  const mentioned = JSON.stringify(result.parts);
  const checks = {
    format: (name) => result.format === name,
    notFormat: (name) => result.format !== name,
    text: (text) => result.text === text,
    textTrimmed: (text) => result.text.trim() === text,
    reasoning: (reasoning) => result.reasoning === reasoning,
    toolCalls: (list) => isDeepStrictEqual(calls, list),
    usage: (usage) => Object.entries(usage).every(([name, count]) => result.usage?.[name] === count),
    outcome: (outcome) => result.outcome === outcome,
    outcomeNot: (list) => !list.includes(result.outcome),
    providerMessage: (message) => result.error?.providerMessage === message,
    partsMention: (words) => [words].flat().every((word) => mentioned.includes(word)),
  };
  return Object.keys(checks).filter((name) => name in expected && !checks[name](expected[name]));
}

/** Reads bodies, each with its expectation in a file beside it. */
async function readBodies(files) {
  let exact = 0;
  let falselyWhole = 0;
  const bodies = files.filter(
    (file) => /\.(sse|ndjson|json|txt)$/.test(file) && !file.endsWith('.expected.json'),
  );
  for (const file of bodies) {
    const name = file.replace(/\.\w+$/, '');
    const expected = JSON.parse(readFileSync(`${folder}/${name}.expected.json`, 'utf8'));
    const bytes = readFileSync(`${folder}/${file}`);
    const headers = { 'Content-Type': expected.type ?? 'text/event-stream', ...expected.headers };
    let isExact = true;
    for (const size of PIECES) {
      const result = await read(bytes, size, headers);
      const wrong = unexpected(result, expected);
      if (!wrong.length) continue;
      isExact = false;
      const { format, outcome, text, error } = result;
      console.log(`${name} in pieces of ${size}: ${wrong.join()}`, {
        format,
        outcome,
        text,
        error: error?.message,
      });
      break;
    }
    if (isExact) exact++;
    if (expected.outcome !== 'complete' || expected.endsAnywhere || expected.type?.startsWith('text/plain'))
      continue;
    const last = bytes.toString('latin1').trimEnd().length;
    for (let cut = 0; cut < cuts; cut++) {
      const at = Math.floor(Math.random() * last);
      const result = await read(bytes.subarray(0, at), Infinity, headers);
      // A cut after the last event of the answer loses nothing.
      if (result.outcome !== 'complete' || (expected.text && result.text === expected.text)) continue;
      falselyWhole++;
      console.log(`${name} cut at ${at} of ${bytes.length} is complete: ${result.format}, ${result.text}`);
    }
  }
  console.table([{ bodies: bodies.length, exact, 'cut, but complete': falselyWhole }]);
  return exact < bodies.length || falselyWhole > 0;
}

/** Reads the streams of a set, all of one wire format. */
async function readSet(set) {
  const wire = WIRES[set.split('--')[0]];
  if (!wire) throw new Error(`No wire format is called ${set}. Add it to WIRES.`);
  const row = {
    set: set,
    streams: 0,
    exact: 0,
    reads: 0,
    'more calls': 0,
    cuts: 0,
    'cut, but complete': 0,
    'cut after its finish': 0,
  };
  for (const file of readdirSync(`${folder}/${set}`)) {
    if (!file.endsWith('.expected.json')) continue;
    const name = `${folder}/${set}/${file.slice(0, -'.expected.json'.length)}`;
    const expected = JSON.parse(readFileSync(`${folder}/${set}/${file}`, 'utf8'));
    const payloads = () =>
      readFileSync(`${name}.chunks.txt`, 'utf8')
        .split('\n')
        .filter((line) => line.trim());
    const text = existsSync(`${name}.sse`)
      ? readFileSync(`${name}.sse`, 'utf8')
      : payloads().map(wire.frame).join('') + (wire.end ?? '');
    const bytes = new TextEncoder().encode(text);
    row.streams++;
    let isExact = true;
    for (const size of PIECES) {
      const result = await read(bytes, size);
      row.reads++;
      const wrong = Object.entries(differences(result, expected, wire.format)).filter(([, same]) => !same);
      if (wrong.length === 0) continue;
      isExact = false;
      console.log(
        `${name} in pieces of ${size}: ${wrong.map(([what]) => what).join()} (${result.outcome}, ${result.error})`,
      );
      console.log(
        '   calls',
        JSON.stringify(result.toolCalls).slice(0, 300),
        result.finishReason,
        result.format,
      );
    }
    if (isExact) row.exact++;
    const whole = await read(bytes, Infinity);
    if (whole.toolCalls.length > expected.toolCalls.length) row['more calls']++;
    // At least one character of the last line is missing.
    const last = new TextEncoder().encode(text.trimEnd()).length;
    for (let cut = 0; cut < cuts; cut++) {
      const at = Math.floor(Math.random() * last);
      const { outcome, text: begun, finishReason } = await read(bytes.subarray(0, at), Infinity);
      row.cuts++;
      if (outcome !== 'complete') continue;
      // OpenAI's finish reason is an end like [DONE]: a cut between the two loses nothing.
      const isWhole = begun === expected.text && finishReason === expected.finish.at(-1);
      row[isWhole ? 'cut after its finish' : 'cut, but complete']++;
      if (!isWhole) console.log(`${name} cut at ${at} of ${bytes.length} is complete`);
    }
  }
  return row;
}

const entries = readdirSync(folder, { withFileTypes: true });
const sets = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
let isWrong = false;
if (files.some((file) => file.endsWith('.expected.json'))) isWrong = await readBodies(files);
if (sets.length) {
  const rows = [];
  for (const set of sets) rows.push(await readSet(set));
  console.table(rows);
  isWrong ||= rows.some((row) => row.exact < row.streams || row['cut, but complete'] > 0);
}
if (isWrong) process.exitCode = 1;

/**
 * Reads recorded provider streams, and compares what Teleprinter makes of them with what is expected.
 *
 *   npm run recorded -- <folder>
 *
 * The folder has a folder for each set, named after its wire format and, behind `--`, its vendor. In it are
 * `NAME.chunks.txt` (one payload a line) or `NAME.sse` (the bytes as they came), and `NAME.expected.json`: `text`,
 * `reasoning`, `toolCalls` (`name`, `arguments`), `finish` (all reasons), `errors`. Each stream is framed as its
 * vendor frames it, and read with no option set, in pieces of 1 byte up to the whole; and cut at 20 places.
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

/** How each wire format is framed, and the name that Teleprinter has for it. */
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

/** Reads bytes in pieces of a size. */
function read(bytes, size) {
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
  const source = stream(new Response(body, { headers: { 'Content-Type': 'text/event-stream' } }));
  return source.result.then((result) => ({ ...result, format: source.format }));
}

/** The arguments of a call, as a value: of two spellings of the same JSON neither is more right. */
function inputOf(json) {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

/** What differs between a result and what is expected. */
function differences(result, expected, format) {
  const calls = result.toolCalls.map(({ input }) => input);
  // The reader that wrote the expectations puts nothing where arguments do not come as deltas.
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

let isWrong = false;
const rows = [];
for (const set of readdirSync(folder, { withFileTypes: true })) {
  if (!set.isDirectory()) continue;
  const wire = WIRES[set.name.split('--')[0]];
  if (!wire) throw new Error(`No wire format is called ${set.name}. Add it to WIRES.`);
  const row = {
    set: set.name,
    streams: 0,
    exact: 0,
    reads: 0,
    'more calls': 0,
    cuts: 0,
    'cut, but complete': 0,
    'cut after its finish': 0,
  };
  for (const file of readdirSync(`${folder}/${set.name}`)) {
    if (!file.endsWith('.expected.json')) continue;
    const name = `${folder}/${set.name}/${file.slice(0, -'.expected.json'.length)}`;
    const expected = JSON.parse(readFileSync(`${folder}/${set.name}/${file}`, 'utf8'));
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
    // Of the last line at least one letter is missing.
    const last = new TextEncoder().encode(text.trimEnd()).length;
    for (let cut = 0; cut < cuts; cut++) {
      const at = Math.floor(Math.random() * last);
      const { outcome, text: begun, finishReason } = await read(bytes.subarray(0, at), Infinity);
      row.cuts++;
      if (outcome !== 'complete') continue;
      // OpenAI's finish reason is an end like [DONE]: between the two nothing of the answer is missing.
      const isWhole = begun === expected.text && finishReason === expected.finish.at(-1);
      row[isWhole ? 'cut after its finish' : 'cut, but complete']++;
      if (!isWhole) console.log(`${name} cut at ${at} of ${bytes.length} is complete`);
    }
  }
  isWrong ||= row.exact < row.streams || row['cut, but complete'] > 0;
  rows.push(row);
}
console.table(rows);
if (isWrong) process.exitCode = 1;

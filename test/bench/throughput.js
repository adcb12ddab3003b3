/** Measures how fast each reader reads an answer that is already complete. Runs in Node and in pages. */
import { floors, named, ours, peers, text } from './peers.js';
import { median } from './statistics.js';
import { answerOf, chunksOf, openaiBytes, responseOf } from './wire.js';

export const READERS = [floors, ours, text, peers, named]
  .flatMap(Object.keys)
  .filter((name) => !name.startsWith('bare'));

const { deltas, text: whole } = answerOf(20_000);
/** Rounds until the engines have optimised the code: times fall up to the fourth. */
const WARM_UP = 5;

/**
 * The time of one reader and of the bare loop, interleaved: medians in microseconds per event. Each reader runs in its own page
 * or process, as on a user's page: in one they would slow each other down.
 */
export async function measureThroughput(name, chunkSize, rounds) {
  const bytes = openaiBytes(deltas, name in named ? 'message' : undefined);
  const chunks = chunksOf(bytes, chunkSize);
  const all = { ...floors, ...ours, ...text, ...peers, ...named };
  const bareName = name in named ? 'bare loop, named events' : 'bare loop';
  const expected = name === 'bytes read only' ? 0 : whole.length;
  const times = { bare: [], reader: [] };
  for (let round = -WARM_UP; round < rounds; round++) {
    const bare = await timeOf(all[bareName], objectCounter(), chunks, whole.length);
    const reader = await timeOf(all[name], name in text ? textCounter() : objectCounter(), chunks, expected);
    if (round < 0) continue;
    times.bare.push(bare);
    times.reader.push(reader);
  }
  const microseconds = (values) => (median(values) / deltas.length) * 1000;
  return { bare: microseconds(times.bare), reader: microseconds(times.reader) };
}

async function timeOf(read, counter, chunks, expected) {
  const start = performance.now();
  await read(async () => responseOf(chunks), counter.take);
  const time = performance.now() - start;
  if (counter.length() !== expected) throw new Error(`${counter.length()} characters came of ${expected}.`);
  return time;
}

/** Two counters, because engines are slower on a function that gets two kinds of values. */
function objectCounter() {
  let length = 0;
  return { take: ({ choices }) => void (length += choices[0].delta.content.length), length: () => length };
}
function textCounter() {
  let length = 0;
  return { take: (delta) => void (length += delta.length), length: () => length };
}

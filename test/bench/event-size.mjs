/**
 * What one event of 1, 2, 4 and 8 MiB in chunks of 1,460 bytes costs: a stream of ours, and eventsource-parser alone on
 * the same chunks, in turn within one run. Prints medians in milliseconds, and fails where ours takes over 1.5 times.
 */
import { createParser } from 'eventsource-parser';
import { stream } from '../../dist/core.js';

const MEBIBYTE = 2 ** 20;
const CHUNK = 1460;
const ROUNDS = 15;
const LIMIT = 1.5;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Chunks of one event, none of which shares memory with another, as from a network. */
function chunksOf(size) {
  const bytes = new TextEncoder().encode(`data: ${'x'.repeat(size)}\n\n`);
  return Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, at) =>
    bytes.slice(at * CHUNK, (at + 1) * CHUNK),
  );
}

const bodyOf = (chunks) => {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      if (next < chunks.length) controller.enqueue(chunks[next++]);
      else controller.close();
    },
  });
};

async function parserAlone(chunks) {
  let length = 0;
  const parser = createParser({ onEvent: ({ data }) => (length += data.length) });
  const decoder = new TextDecoder();
  const reader = bodyOf(chunks).getReader();
  for (;;) {
    const { value } = await reader.read();
    if (!value) return length;
    parser.feed(decoder.decode(value, { stream: true }));
  }
}

async function ours(chunks) {
  let length = 0;
  const onEvent = ({ data }) => (length += data.length);
  await stream(bodyOf(chunks), { decode: 'text', end: false, onEvent }).result;
  return length;
}

async function time(run, chunks, size) {
  const start = performance.now();
  if ((await run(chunks)) !== size) throw new Error('The event did not arrive whole.');
  return performance.now() - start;
}

console.log('| one event of | eventsource-parser alone | Teleprinter | ratio |\n|---|---|---|---|');
for (const mebibytes of [1, 2, 4, 8]) {
  const size = mebibytes * MEBIBYTE;
  const chunks = chunksOf(size);
  const times = { alone: [], ours: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.alone.push(await time(parserAlone, chunks, size));
    times.ours.push(await time(ours, chunks, size));
  }
  const ratio = median(times.ours) / median(times.alone);
  console.log(
    `| ${mebibytes} MiB | ${median(times.alone).toFixed(1)} ms | ${median(times.ours).toFixed(1)} ms | ${ratio.toFixed(2)} |`,
  );
  if (mebibytes === 8 && ratio > LIMIT) process.exitCode = 1;
}

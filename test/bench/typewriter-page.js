/** Runs in the page: streams a text into an element with one method, and measures each update. */
import { marked } from 'marked';
import * as smd from 'streaming-markdown';
import Typed from 'typed.js';
import { text } from '../../dist/typewriter.js';
import { markdown } from '../../dist/markdown.js';

const PER_FRAME = 2000;
const DELTA = 5;

const PLAIN =
  'A teleprinter types what comes down the wire, letter by letter, and keeps each line as it was sent. ';
const WAYS = {
  'teleprinter text': { source: plain, start: ours(text()) },
  'teleprinter markdown': { source: rich, start: ours(markdown()) },
  'textContent = all': {
    source: plain,
    start(element) {
      let all = '';
      return { delta: (piece) => (all += piece), frame: () => (element.textContent = all) };
    },
  },
  'innerHTML = marked(all)': {
    source: rich,
    start(element) {
      let all = '';
      return { delta: (piece) => (all += piece), frame: () => (element.innerHTML = marked.parse(all)) };
    },
  },
  'streaming-markdown': {
    source: rich,
    start(element) {
      const parser = smd.parser(smd.default_renderer(element));
      return { delta: (piece) => smd.parser_write(parser, piece), frame() {} };
    },
  },
};

/** Our views get one write per frame, as from the typewriter. */
function ours(view) {
  return (element) => {
    const shown = view(element);
    let waiting = '';
    return {
      delta: (piece) => (waiting += piece),
      frame() {
        shown.append(waiting);
        waiting = '';
      },
    };
  };
}

function plain(size) {
  return fill(size, (at) => `${PLAIN.repeat(1 + (at % 4))}\n`);
}

function rich(size) {
  return fill(size, (at) =>
    [
      `## Part ${at}\n\n`,
      `${PLAIN}It is **bold**, *even*, with \`code\` and [a link](https://example.com/${at}). ${PLAIN}\n\n`,
      `- One\n- Two is **longer**\n  - Inner\n- Three\n\n`,
      `\`\`\`js\nconst answer = ${at};\nfor (const part of parts) print(part);\n\`\`\`\n\n`,
      `| a | b |\n|---|---|\n| ${at} | x |\n| y | z |\n\n`,
    ].join(''),
  );
}

/** A single block for the whole answer. */
const BLOCKS = {
  'a paragraph': (size) => fill(size, () => `It is **bold**, *even*, with \`code\`. ${PLAIN}`),
  'a block of code': (size) => `\`\`\`js\n${fill(size, (at) => `const answer${at} = "**${at}**";\n`)}`,
  'a list': (size) => fill(size, (at) => `- Item ${at} is *so*, and goes on for a while\n`),
  'a table': (size) => `| a | b |\n|---|---|\n${fill(size, (at) => `| ${at} | it is **so** |\n`)}`,
};

function fill(size, piece) {
  let all = '';
  for (let at = 0; all.length < size; at++) all += piece(at);
  return all.slice(0, size);
}

const nextFrame = () => new Promise(requestAnimationFrame);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function stream(source, start) {
  const element = document.createElement('div');
  element.style.cssText = 'width: 640px; font: 16px/1.5 serif';
  document.body.replaceChildren(element);
  const way = start(element);
  const updates = [];
  let script = 0;
  for (let at = 0; at < source.length; at += PER_FRAME) {
    await nextFrame();
    const begun = performance.now();
    for (let from = at; from < at + PER_FRAME; from += DELTA) way.delta(source.slice(from, from + DELTA));
    way.frame();
    const scripted = performance.now();
    void element.offsetHeight;
    const laidOut = performance.now();
    script += scripted - begun;
    updates.push(laidOut - begun);
  }
  document.body.replaceChildren();
  const at = (size) => {
    const middle = Math.floor(size / PER_FRAME);
    return middle > updates.length ? undefined : median(updates.slice(Math.max(0, middle - 12), middle));
  };
  return {
    script,
    all: updates.reduce((sum, update) => sum + update, 0),
    longest: Math.max(...updates),
    p99: updates.toSorted((a, b) => a - b)[Math.floor(updates.length * 0.99) - 1],
    at50: at(50_000),
    at100: at(100_000),
    at200: at(200_000),
    at400: at(400_000),
  };
}

globalThis.ways = Object.keys(WAYS);
globalThis.measure = (name, size) => stream(WAYS[name].source(size), WAYS[name].start);
globalThis.blocks = Object.keys(BLOCKS);
globalThis.measureBlock = async (name, size) => (await stream(BLOCKS[name](size), ours(markdown()))).all;

/** The time of typed.js for this many letters. It gets the whole text, and types one letter per timer. */
globalThis.measureTyped = async (size) => {
  const element = document.createElement('div');
  document.body.replaceChildren(element);
  const begun = performance.now();
  await new Promise((resolve) => {
    new Typed(element, {
      strings: [plain(size)],
      typeSpeed: 0,
      startDelay: 0,
      showCursor: false,
      contentType: null,
      onComplete: resolve,
    });
  });
  document.body.replaceChildren();
  return performance.now() - begun;
};

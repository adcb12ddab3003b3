/** Runs in the page: renders an answer of markdown in updates of 500 characters, in React, with each library. */
import MarkStream from 'markstream-react';
import { createElement, useEffect, useRef } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import ReactMarkdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { Streamdown } from 'streamdown';
import * as smd from 'streaming-markdown';
import { markdown } from '../../dist/markdown.js';

const UPDATE = 500;

function rich(size) {
  const prose =
    'A teleprinter types what comes down the wire, letter by letter, and keeps each line as it was sent. ';
  let all = '';
  for (let at = 0; all.length < size; at++) {
    all += `## Part ${at}\n\n${prose}It is **bold**, *even*, with \`code\` and [a link](https://example.com/${at}). ${prose}\n\n`;
    all += '- One\n- Two is **longer**\n  - Inner\n- Three\n\n';
    all += `\`\`\`js\nconst answer = ${at};\nfor (const part of parts) print(part);\n\`\`\`\n\n`;
    all += `| a | b |\n|---|---|\n| ${at} | x |\n| y | z |\n\n`;
  }
  return all.slice(0, size);
}

/** Our view in a component, as in the README: appends the new text. */
function Teleprinter({ text }) {
  const element = useRef(null);
  const shown = useRef({ view: undefined, length: 0 });
  useEffect(() => {
    const state = shown.current;
    state.view ??= markdown()(element.current);
    state.view.append(text.slice(state.length));
    state.length = text.length;
  }, [text]);
  return createElement('div', { ref: element });
}

const inReact = (render) => (element) => {
  const root = createRoot(element);
  return {
    update: (text) => flushSync(() => root.render(render(text))),
    end: () => root.unmount(),
  };
};

/** Gives a function the text that is new in each update. */
function appending(append) {
  let length = 0;
  return {
    update(text) {
      append(text.slice(length));
      length = text.length;
    },
    end() {},
  };
}

const WAYS = {
  'teleprinter in React': inReact((text) => createElement(Teleprinter, { text })),
  streamdown: inReact((text) => createElement(Streamdown, null, text)),
  // By default it keeps a part of the blocks in the page. The others show the whole answer, so here it does, too.
  'markstream-react': inReact((text) => createElement(MarkStream, { content: text, maxLiveNodes: Infinity })),
  'markstream-react, a part of the answer': inReact((text) => createElement(MarkStream, { content: text })),
  'teleprinter, without React': (element) => {
    const view = markdown()(element);
    return appending((text) => view.append(text));
  },
  'streaming-markdown, without React': (element) => {
    const parser = smd.parser(smd.default_renderer(element));
    return appending((text) => smd.parser_write(parser, text));
  },
  'react-markdown': inReact((text) => createElement(ReactMarkdown, { remarkPlugins: [remarkGfm] }, text)),
};

globalThis.ways = Object.keys(WAYS);

/** The milliseconds of all updates, layout included, and the median in the first and the last tenth. */
globalThis.measure = async (name, size) => {
  const source = rich(size);
  const element = document.createElement('div');
  element.style.cssText = 'width: 640px; font: 16px/1.5 serif';
  document.body.replaceChildren(element);
  const way = WAYS[name](element);
  const updates = [];
  for (let at = UPDATE; at <= source.length; at += UPDATE) {
    await new Promise(requestAnimationFrame);
    const begun = performance.now();
    way.update(source.slice(0, at));
    void element.offsetHeight;
    updates.push(performance.now() - begun);
  }
  const shown = element.textContent.length;
  way.end();
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  const tenth = Math.ceil(updates.length / 10);
  return {
    all: updates.reduce((sum, update) => sum + update, 0),
    longest: Math.max(...updates),
    early: median(updates.slice(tenth, tenth * 3)),
    late: median(updates.slice(-tenth * 2)),
    shown,
  };
};

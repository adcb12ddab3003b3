/** What browsers and extensions do to the nodes of an answer, step by step as the tools do it. */

/** The text nodes under a node that have letters, without those that a tool has made itself. */
function textsIn(root: Node): Text[] {
  const texts: Text[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if ((node as Text).data.trim() && !node.parentElement!.closest('font, mark, b.fixation, .added'))
      texts.push(node as Text);
  return texts;
}

const translate = (text: string): string => `«${text.toUpperCase()}»`;

/** Reads what is shown as it was written: without what the tools have added. */
export function readBack(root: Element): string {
  const copy = root.cloneNode(true) as Element;
  for (const added of copy.querySelectorAll('.added')) added.remove();
  for (const image of copy.querySelectorAll('img.emoji')) image.replaceWith(image.getAttribute('alt')!);
  return copy.textContent.replaceAll(/[«»]/g, '').toLowerCase();
}

function create(tag: string, text: string, className = ''): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
}

/** Writes the HTML of an element again: its nodes are other ones, and look the same. */
export function writeAgain(element: Element): void {
  const html = element.innerHTML;
  element.innerHTML = html;
}

/** Tools that change nodes of a page, by name. */
export const TOOLS: Readonly<Record<string, (root: HTMLElement) => void>> = {
  // https://github.com/facebook/react/issues/11538
  'Google Translate replaces text by elements'(root) {
    for (const text of textsIn(root)) {
      const outer = document.createElement('font');
      outer.append(create('font', translate(text.data)));
      text.parentNode!.insertBefore(outer, text);
      text.parentNode!.removeChild(text);
    }
  },
  'Safari and Firefox translate text in place'(root) {
    for (const text of textsIn(root)) if (!text.data.includes('«')) text.data = translate(text.data);
  },
  'a translator moves the words of a block into one text'(root) {
    for (const block of root.querySelectorAll('p, li, td, h2')) {
      if (block.querySelector('p, ul, pre') || block.textContent.includes('«')) continue;
      const [first] = textsIn(block);
      if (!first) continue;
      const words = translate(block.textContent);
      const texts = document.createNodeIterator(block, NodeFilter.SHOW_TEXT);
      for (let text = texts.nextNode() as Text | null; text; text = texts.nextNode() as Text | null)
        text.data = text === first ? words : '';
    }
  },
  'Immersive Translate adds a translation to each block'(root) {
    for (const text of textsIn(root)) {
      const block = text.parentElement!;
      if (!block.querySelector('.added')) block.append(create('font', translate(text.data), 'added'));
    }
  },
  'a search highlights letters'(root) {
    for (const text of textsIn(root)) {
      let rest = text;
      for (let at = rest.data.indexOf('e'); at >= 0; at = rest.data.indexOf('e')) {
        const found = rest.splitText(at);
        rest = found.splitText(1);
        found.replaceWith(create('mark', found.data));
      }
    }
  },
  'a search highlights whole texts'(root) {
    for (const text of textsIn(root)) {
      const mark = document.createElement('mark');
      text.before(mark);
      mark.append(text);
    }
  },
  'bionic reading makes the starts of words bold'(root) {
    for (const text of textsIn(root)) {
      const words = text.data.split(/(\s+)/).flatMap((word) => {
        const half = Math.ceil(word.length / 2);
        return word.trim() ? [create('b', word.slice(0, half), 'fixation'), word.slice(half)] : [word];
      });
      text.replaceWith(...words);
    }
  },
  'a script splits texts'(root) {
    for (const text of textsIn(root)) if (text.length > 1) text.splitText(text.length >> 1);
  },
  'a script merges texts'(root) {
    root.normalize();
  },
  'a script splits and merges texts'(root) {
    for (const text of textsIn(root)) if (text.length > 1) text.splitText(text.length >> 1);
    root.normalize();
  },
  'emoji become images'(root) {
    for (const text of textsIn(root)) {
      const parts = text.data.split(/(🍵)/u);
      if (parts.length === 1) continue;
      text.replaceWith(
        ...parts.map((part) => {
          if (part !== '🍵') return part;
          const image = create('img', '', 'emoji');
          image.setAttribute('alt', part);
          return image;
        }),
      );
    }
  },
  'a script writes the HTML of the answer again'(root) {
    writeAgain(root);
  },
  'a script writes the HTML of each block again'(root) {
    for (const block of root.querySelectorAll('p, li, h2, td, code, [dir=auto]'))
      if (root.contains(block)) writeAgain(block);
  },
  'a highlighter renders all code'(root) {
    for (const code of root.querySelectorAll('code')) {
      if (!code.textContent || code.querySelector('.hljs')) continue;
      code.replaceChildren(...code.textContent.split(/\b/).map((word) => create('span', word, 'hljs')));
    }
  },
  'an extension adds elements at the ends'(root) {
    for (const block of [root, ...root.querySelectorAll('div, p, li, ul, pre, blockquote')]) {
      if (block.closest('.added') || block.querySelector(':scope > .added')) continue;
      const element = document.createElementNS('urn:extension', 'icon');
      element.setAttribute('class', 'added');
      block.append(element);
    }
  },
  'an extension adds elements at the starts'(root) {
    for (const block of [root, ...root.querySelectorAll('div, p, li, ul, pre, blockquote')])
      if (!block.closest('.added') && !block.querySelector(':scope > .added'))
        block.prepend(create('span', 'Ad', 'added'));
  },
  'a script wraps blocks'(root) {
    for (const block of root.querySelectorAll('pre, table, p, ul, [dir=auto]')) {
      if (block.parentElement!.matches('.wrapper')) continue;
      const wrapper = create('div', '', 'wrapper');
      block.replaceWith(wrapper);
      wrapper.append(block);
    }
  },
  'an extension marks elements with attributes'(root) {
    for (const element of root.querySelectorAll('*')) element.setAttribute('data-darkreader', '');
  },
};

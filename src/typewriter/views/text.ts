import type { View } from './view.ts';

/** How many lines share a section: siblings by the thousand make each layout dearer. */
const LINES_PER_SECTION = 64;

/**
 * Shows plain text, a block per line, in sections: only the last line is ever written to, so layout costs the same
 * at the end of a long answer as at its start, and a selection in earlier lines survives. The newlines stay in the
 * text, so `textContent` is exactly the answer.
 *
 * @example
 * import { stream, text, typewriter } from 'teleprinter';
 * typewriter(stream('/api/chat'), document.querySelector('output')!, { view: text() });
 */
export function text(): (element: HTMLElement) => View {
  return createView;
}

function createView(element: HTMLElement): View {
  const document = element.ownerDocument;
  let section: HTMLElement | undefined;
  let line: Text | undefined;

  function startLine(): Text {
    if (!section || section.childElementCount >= LINES_PER_SECTION) {
      section = document.createElement('div');
      section.style.whiteSpace = 'pre-wrap';
      section.style.overflowWrap = 'anywhere';
      element.append(section);
    }
    const block = document.createElement('div');
    // Each line has the direction of its own first letter.
    block.dir = 'auto';
    const node = document.createTextNode('');
    block.append(node);
    section.append(block);
    return node;
  }

  return {
    append(added) {
      for (const part of added.split(/(?<=\n)/)) {
        line ??= startLine();
        line.appendData(part);
        if (part.endsWith('\n')) line = undefined;
      }
    },
  };
}

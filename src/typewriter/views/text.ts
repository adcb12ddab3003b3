/** The view that shows plain text. */
import type { View } from './view.ts';

/** The number of lines in a section: thousands of siblings slow down each layout. */
const LINES_PER_SECTION = 64;

/**
 * Shows plain text, one block per line, in sections. Only the last line changes, so layout costs the same at any length
 * of the answer, and a selection in earlier lines survives. Newlines stay in the text, so `textContent` equals the
 * answer.
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
    // The first letter of each line determines its direction.
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

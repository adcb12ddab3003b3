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
  /** The block of the last line, and the text of that line. */
  let block: HTMLElement | undefined;
  let line = '';
  /** The node that text is appended to, and its length. */
  let end: Text | undefined;
  let endLength = 0;

  function createBlock(): HTMLElement {
    if (!section || section.childElementCount >= LINES_PER_SECTION || !element.contains(section)) {
      section = document.createElement('div');
      section.style.whiteSpace = 'pre-wrap';
      section.style.overflowWrap = 'anywhere';
      element.append(section);
    }
    const created = document.createElement('div');
    // The first letter of each line determines its direction.
    created.dir = 'auto';
    section.append(created);
    return created;
  }

  /**
   * Creates the node to append to. A page translator or an extension may have changed the line: what it has split or
   * marked stays, and what it has replaced is written again, as a translator needs whole sentences.
   */
  function createEnd(): Text {
    if (!block || !element.contains(block)) block = (line && copyOfLine(element)) || createBlock();
    if (block.textContent !== line) block.textContent = line;
    const created = document.createTextNode('');
    block.append(created);
    return created;
  }

  return {
    append(added) {
      for (const part of added.split(/(?<=\n)/)) {
        if (!end || end.length !== endLength || !element.contains(end)) end = createEnd();
        end.appendData(part);
        endLength = end.length;
        line += part;
        if (!part.endsWith('\n')) continue;
        block = end = undefined;
        line = '';
      }
    },
  };
}

/** The block of the incomplete last line, if a script has written the HTML of the answer again. */
function copyOfLine(element: HTMLElement): HTMLElement | undefined {
  const last = element.querySelector<HTMLElement>(':scope > div:last-of-type > [dir]:last-child');
  return last && !last.textContent.endsWith('\n') ? last : undefined;
}

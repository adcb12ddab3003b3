/** Keeps the user's selection while nodes change. */

/** The documents in which something is selected. Reading the selection itself at each change would force layouts in Chrome. */
const selected = new WeakSet<Document>();

/** Watches whether something is selected in a document. May be called repeatedly: the listener is added only once. */
export function watchSelection(document: Document): void {
  document.addEventListener('selectionchange', onSelectionChange);
  onSelectionChange({ target: document });
}

function onSelectionChange({ target }: { readonly target: EventTarget | null }): void {
  const document = (target as Node).ownerDocument ?? (target as Document);
  // For a selection in a shadow root, Chrome tells the document only its type.
  if (document.getSelection()?.type === 'Range') selected.add(document);
  else selected.delete(document);
}

/** Whether anything is selected in the document of a node. */
export const hasSelection = (node: Node): boolean => selected.has(node.ownerDocument!);

/**
 * Runs a change to the nodes of a text, and restores the user's selection in it. The browser drops a selection whose
 * nodes move or are replaced.
 *
 * @param change Returns the new nodes of the text, if they are different ones
 */
export function keepSelection(nodes: readonly Node[], change: () => readonly Node[] | void): void {
  const selection = nodes[0] && hasSelection(nodes[0]) && selectionIn(nodes[0]);
  if (!selection) return void change();
  const offsets = (shown: readonly Node[]): readonly [number, number] => [
    offsetIn(shown, selection.anchorNode, selection.anchorOffset),
    offsetIn(shown, selection.focusNode, selection.focusOffset),
  ];
  const before = textOf(nodes);
  const [start, end] = offsets(nodes);
  const shown = change() ?? nodes;
  if (start < 0 && end < 0) return;
  const after = textOf(shown);
  const now = [offsetAfter(start, before, after), offsetAfter(end, before, after)] as const;
  if (String(offsets(shown)) === String(now)) return;
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection;
  selection.setBaseAndExtent(
    ...(pointAt(shown, now[0], start < end) ?? [anchorNode!, anchorOffset]),
    ...(pointAt(shown, now[1], start > end) ?? [focusNode!, focusOffset]),
  );
}

const textOf = (nodes: readonly Node[]): string => nodes.map(({ textContent }) => textContent).join('');

/** Characters that markdown removes from a text, or shows after all: its syntax, and spaces. */
const SYNTAX = /[\s![\]^*_`~$\\]/;

/** The offset at which the same characters are after a text has changed, e.g. lost the brackets of a link. */
function offsetAfter(offset: number, before: string, after: string): number {
  let now = Math.min(0, offset);
  for (let at = 0; at < offset;) {
    if (before[at] === after[now]) {
      at++;
      now++;
    } else if (SYNTAX.test(before[at]!)) at++;
    else if (SYNTAX.test(after[now]!)) now++;
    // Such as an image instead of its text.
    else return offset + after.length - before.length;
  }
  return now;
}

function selectionIn(node: Node): Selection | null {
  // In Chrome, the shadow root returns the selection within it.
  const root = node.getRootNode() as { getSelection?(): Selection | null };
  return root.getSelection?.() ?? node.ownerDocument!.getSelection();
}

/** The number of characters before a point in the text of sibling nodes; -1 if the point is outside them. */
function offsetIn(nodes: readonly Node[], node: Node | null, offset: number): number {
  if (!node || !nodes.some((child) => child.contains(node))) return -1;
  const range = document.createRange();
  range.setStartBefore(nodes[0]!);
  range.setEnd(node, offset);
  return String(range).length;
}

/** The point after `offset` characters. The start of a selection is never at the end of a text node. */
function pointAt(nodes: readonly Node[], offset: number, isStart: boolean): [Text, number] | undefined {
  let left = offset;
  let last: [Text, number] | undefined;
  for (const node of offset < 0 ? [] : nodes) {
    const texts = document.createNodeIterator(node, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode() as Text | null; text; text = texts.nextNode() as Text | null) {
      last = [text, Math.min(left, text.length)];
      if (left < text.length + Number(!isStart)) return last;
      left -= text.length;
    }
  }
  return last;
}

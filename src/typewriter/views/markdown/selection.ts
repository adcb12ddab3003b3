/** The documents in which something is selected. Asking each time for the selection would make Chrome lay out the page. */
const selected = new WeakSet<Document>();

/** Watches whether something is selected in a document. May be called repeatedly. */
export function watchSelection(document: Document): void {
  // The same listener is added once.
  document.addEventListener('selectionchange', onSelectionChange);
  onSelectionChange({ target: document });
}

function onSelectionChange({ target }: { readonly target: EventTarget | null }): void {
  const document = (target as Node).ownerDocument ?? (target as Document);
  // Of a selection in a shadow root, Chrome tells the document the type alone.
  if (document.getSelection()?.type === 'Range') selected.add(document);
  else selected.delete(document);
}

/**
 * Changes the nodes that show a text, and keeps what the user has selected in it. The browser drops a selection whose
 * nodes move or are replaced.
 *
 * @param change Gives the nodes that show the text now, where they are others
 */
export function keepSelection(nodes: readonly Node[], change: () => readonly Node[] | void): void {
  const selection = nodes[0] && selected.has(nodes[0].ownerDocument!) && selectionIn(nodes[0]);
  if (!selection) return void change();
  const offsets = (shown: readonly Node[]): readonly [number, number] => [
    offsetIn(shown, selection.anchorNode, selection.anchorOffset),
    offsetIn(shown, selection.focusNode, selection.focusOffset),
  ];
  const [from, to] = offsets(nodes);
  const shown = change() ?? nodes;
  if ((from < 0 && to < 0) || String(offsets(shown)) === `${from},${to}`) return;
  const [anchor, anchorOffset] = pointAt(shown, from, from < to) ?? [
    selection.anchorNode!,
    selection.anchorOffset,
  ];
  const [focus, focusOffset] = pointAt(shown, to, from > to) ?? [selection.focusNode!, selection.focusOffset];
  selection.setBaseAndExtent(anchor, anchorOffset, focus, focusOffset);
}

function selectionIn(node: Node): Selection | null {
  // Chrome has the selection in a shadow root there.
  const root = node.getRootNode() as { getSelection?(): Selection | null };
  return root.getSelection?.() ?? node.ownerDocument!.getSelection();
}

/** How many characters of the text of siblings are before a point; -1 where it is not in them. */
function offsetIn(nodes: readonly Node[], node: Node | null, offset: number): number {
  if (!node || !nodes.some((child) => child.contains(node))) return -1;
  const range = document.createRange();
  range.setStartBefore(nodes[0]!);
  range.setEnd(node, offset);
  return String(range).length;
}

/** The point with so many characters before it; where a selection starts, it is not at the end of a text. */
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

/** Whether a selection reaches into an element. */
export function isSelected(element: HTMLElement): boolean {
  const selection = selectionIn(element);
  return selection !== null && !selection.isCollapsed && selection.containsNode(element, true);
}

function selectionIn(element: HTMLElement): Selection | null {
  // Chrome has the selection in a shadow root there.
  const root = element.getRootNode() as { getSelection?(): Selection | null };
  return root.getSelection?.() ?? element.ownerDocument.getSelection();
}

/** Moves nodes about, and keeps what the user has selected. The browser drops a selection whose nodes move. */
export function keepSelection(element: HTMLElement, move: () => void): void {
  const selection = selectionIn(element);
  if (!selection?.anchorNode || !selection.containsNode(element, true)) {
    move();
    return;
  }
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection;
  move();
  if (anchorNode.isConnected && focusNode?.isConnected)
    selection.setBaseAndExtent(anchorNode, anchorOffset, focusNode, focusOffset);
}

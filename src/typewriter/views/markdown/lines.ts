/** How many lines of code share a section: a text that grows by the thousand is laid out anew each time. */
const LINES_PER_SECTION = 64;

/** Adds text to code, of which each piece ends within one line or with it, in sections of lines. */
export function addLines(code: HTMLElement): (piece: string) => void {
  let text: Text | undefined;
  let lines = 0;
  return (piece) => {
    if (!text || lines >= LINES_PER_SECTION) {
      const section = document.createElement('span');
      section.style.display = 'block';
      text = document.createTextNode('');
      section.append(text);
      code.append(section);
      lines = 0;
    }
    text.appendData(piece);
    if (piece.endsWith('\n')) lines++;
  };
}

import { adoptStyles } from './styles.ts';

/** The least time between two announcements, in milliseconds: a reader's voice needs some. */
const PAUSE = 1500;

/** Tells a blind reader what is shown. */
export interface Announcer {
  /** So much more is shown. */
  add(text: string): void;
  /** Nothing more comes. */
  end(): void;
}

/**
 * Tells what is shown through a live region beside the element, by whole sentences and not too often: a region that
 * changes with every letter is read letter by letter. https://www.w3.org/TR/wai-aria-1.2/#aria-live
 */
export function announce(element: HTMLElement): Announcer {
  const region = document.createElement('div');
  region.className = 'teleprinter-announcer';
  region.setAttribute('aria-live', 'polite');
  region.setAttribute('aria-atomic', 'true');
  adoptStyles(element);
  // An `output` would tell all of it again.
  if (!element.hasAttribute('aria-live')) element.setAttribute('aria-live', 'off');
  element.after(region);
  const segmenter = new Intl.Segmenter(element.lang || undefined, { granularity: 'sentence' });
  let waiting = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  function tell(): void {
    timer = undefined;
    const sentences = Array.from(segmenter.segment(waiting), ({ segment }) => segment);
    // The last one may be going on.
    const ready = (isOver ? sentences : sentences.slice(0, -1)).join('');
    waiting = waiting.slice(ready.length);
    const words = spoken(ready);
    if (words) region.textContent = words;
    if (isOver) setTimeout(() => region.remove(), PAUSE * 4);
    else if (words) timer = setTimeout(tell, PAUSE);
  }

  return {
    add(text) {
      waiting += text;
      timer ??= setTimeout(tell, PAUSE);
    },
    end() {
      isOver = true;
      clearTimeout(timer);
      tell();
    },
  };
}

/** Text without what markdown adds to it. */
function spoken(text: string): string {
  return text
    .replace(/\]\([^)]*\)/g, '')
    .replace(/[*_`~#>|[\]]+/g, '')
    .trim();
}

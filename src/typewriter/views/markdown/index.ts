import type { View } from '../view.ts';
import { Blocks } from './blocks.ts';
import type { RenderOptions } from './render.ts';

export type { LinkPolicy } from './policy.ts';

/** How markdown is shown. */
export interface MarkdownOptions extends RenderOptions {
  /** Called once for each block of code that is complete, e.g. to highlight it. */
  readonly highlight?: ((code: HTMLElement, language: string | undefined) => void) | undefined;
  /** Called once for each block that is complete, e.g. to give it a copy button. */
  readonly onBlock?: ((block: HTMLElement) => void) | undefined;
}

/**
 * Shows GitHub-flavoured markdown. Only the block that is arriving is read again, blocks before it are never touched;
 * what has been opened is shown as if it were closed. Nodes are made one by one, so no HTML of the model's runs.
 *
 * @example
 * typewriter(answer, element, { view: markdown({ images: ['https://images.example.com'] }) });
 */
export function markdown(options: MarkdownOptions = {}): (root: HTMLElement) => View {
  const { highlight, onBlock } = options;

  function complete(block: HTMLElement): void {
    for (const pre of block.matches('pre') ? [block] : block.querySelectorAll('pre')) {
      const code = pre.firstElementChild as HTMLElement;
      highlight?.(code, /^language-(.+)$/.exec(code.className)?.[1]);
    }
    onBlock?.(block);
  }

  return (root) => new Blocks(root, options, complete);
}

import { addLines } from './lines.ts';
import { codeBlock, setLanguage } from './render.ts';

/** A fence that opens a block of code: its indentation, the fence, and what stands behind it. */
const OPENING = /^( {0,3})(`{3,}|~{3,})([^\n]*)\n/;

/** https://spec.commonmark.org/0.31.2/#backslash-escapes */
const ESCAPED = /\\([!-/:-@[-`{-~])/g;

/** A block of code that is arriving, line by line. */
export interface OpenCode {
  readonly element: HTMLElement;
  /** Adds text. Gives what follows the block, once its closing fence has come. */
  append(text: string): string | undefined;
  /** No more text comes. */
  end(): void;
}

/**
 * Opens the fenced code block that a text begins with, if it does. Code is only ever appended to: however long the
 * block, no line is read twice. https://spec.commonmark.org/0.31.2/#fenced-code-blocks
 */
export function openCode(source: string): { readonly code: OpenCode; readonly rest: string } | undefined {
  const [opening, indent = '', fence = '', info = ''] = OPENING.exec(source) ?? [];
  if (opening === undefined || (fence.startsWith('`') && info.includes('`'))) return undefined;
  const element = codeBlock('', '');
  const code = element.firstElementChild as HTMLElement;
  setLanguage(code, info.trim().replace(ESCAPED, '$1'));
  const add = addLines(code);
  const closing = new RegExp(`^ {0,3}\\${fence[0]!}{${fence.length},}[ \\t]*$`);
  /** What may yet become a closing fence. */
  const undecided = new RegExp(`^ {0,3}\\${fence[0]!}*[ \\t]*$`);
  const indentation = new RegExp(`^[ \\t]{0,${indent.length}}`);
  /** The line that is arriving, as far as it is not shown. */
  let line = '';
  let isBegun = false;

  function show(part: string): void {
    add(isBegun ? part : part.replace(indentation, ''));
    isBegun = true;
  }

  return {
    rest: source.slice(opening.length),
    code: {
      element,
      append(added) {
        let at = 0;
        for (;;) {
          const end = added.indexOf('\n', at);
          if (end < 0) break;
          line += added.slice(at, end);
          at = end + 1;
          if (!isBegun && closing.test(line)) return added.slice(at);
          show(`${line}\n`);
          line = '';
          isBegun = false;
        }
        line += added.slice(at);
        if (line && (isBegun || !undecided.test(line))) {
          show(line);
          line = '';
        }
        return undefined;
      },
      end() {
        if (!isBegun && closing.test(line)) line = '';
        if (line || isBegun) show(`${line}\n`);
      },
    },
  };
}

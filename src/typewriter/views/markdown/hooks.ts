/** Calls the functions that a page passes in its options. */
import { isElement } from './elements.ts';

/** A hook that never throws. `onEnd` is called when the hook has returned, or the promise that it returned has settled. */
export type Guarded<Arguments extends unknown[], Result> = (
  onEnd: ((isComplete: boolean) => unknown) | undefined,
  ...args: Arguments
) => Result | undefined;

/**
 * Wraps a hook so that it never throws, and a promise that it returns never rejects unhandled. The first error goes to
 * `reportError`. A hook that has failed for one piece of an answer, such as a formula with an error, is called for the next.
 */
export function guardHook<Arguments extends unknown[], Result>(
  hook: ((...args: Arguments) => Result) | undefined,
): Guarded<Arguments, Result> | undefined {
  if (!hook) return undefined;
  let hasFailed = false;
  return (onEnd, ...args) => {
    const fail = (error: unknown): undefined => {
      // Not every DOM has `reportError`.
      if (!hasFailed) globalThis.reportError?.(error);
      hasFailed = true;
      onEnd?.(false);
    };
    try {
      const result = hook(...args);
      const promise = result as Partial<Promise<unknown>> | undefined;
      if (promise?.then) void promise.then(() => onEnd?.(true), fail);
      else onEnd?.(true);
      return result;
    } catch (error) {
      return fail(error);
    }
  };
}

/** Returns a hook for complete blocks, which is also called with a part of such a block that has been written again. */
export function guardBlockHook(hook: ((block: HTMLElement) => unknown) | undefined): BlockHook | undefined {
  const guarded = guardHook(hook);
  /** The complete blocks that the hook has got. */
  const given = new WeakSet<Node>();
  return (
    guarded && {
      complete(block) {
        given.add(block);
        guarded(undefined, block);
      },
      revise(part) {
        let block: Node | null = part;
        while (block && !given.has(block)) block = block.parentNode;
        if (block) guarded(undefined, part);
      },
    }
  );
}

/** The hook for blocks, guarded. */
export interface BlockHook {
  /** Calls it with a complete block. */
  complete(block: HTMLElement): void;
  /** Calls it with a part of a complete block whose text has been written again. */
  revise(part: HTMLElement): void;
}

/** Calls a hook with an element. Returns what is then in its place: the hook may wrap or replace it. */
export function callInPlace(element: HTMLElement, hook: () => void): HTMLElement {
  const { parentNode: parent, previousSibling: before, nextSibling: after } = element;
  hook();
  if (!parent || element.parentNode === parent) return element;
  const now = before ? before.nextSibling : parent.firstChild;
  return isElement(now) && now !== after ? now : element;
}

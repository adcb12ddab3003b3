/** `teleprinter`: everything but the element. */
export * from './core.ts';
export { auto } from './formats/auto.ts';
// These replace the exports of `./core`, which know one format.
export { createClient, stream } from './stream/stream.ts';
export * from './typewriter.ts';

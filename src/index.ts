/** `teleprinter`: everything but the element. */
export * from './core.ts';
export { auto } from './formats/auto.ts';
// In place of those of `./core`, which know one format.
export { createClient, stream } from './stream/stream.ts';
export * from './typewriter.ts';

export * from './core.ts';
export * from './typewriter/index.ts';

import type { TestProject } from 'vitest/node';
import { startTestServer } from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    serverUrl: string;
    /** The first seed, and the number of seeds. */
    fuzz: { from: number; count: number; isLong: boolean };
    chaos: { from: number; count: number; isLong: boolean };
    /** The major version of React that the project bundles. */
    react: string;
    /** Whether every case is to be tried. */
    isWhole: boolean;
    markdown: { from: number; count: number; isLong: boolean };
  }
}

/** Starts the server once for all tests, and provides its URL to them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer();
  project.provide('serverUrl', server.url);
  return () => server.stop();
}

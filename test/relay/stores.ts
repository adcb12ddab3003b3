/** The stores that every test of a relay runs on, each as several processes would share it. */
import { memoryStore, type RelayStore } from '../../src/server.ts';

export interface SharedStore {
  readonly name: string;
  /** Gives the store of one more process. */
  open(): Promise<() => Promise<RelayStore>>;
}

export const STORES: readonly SharedStore[] = [
  {
    name: 'memoryStore',
    async open() {
      const store = memoryStore();
      return async () => store;
    },
  },
];

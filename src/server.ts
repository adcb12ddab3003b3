/** `teleprinter/server`: a relay between a model and its readers, for every runtime with fetch's classes. */
export { createRelay, type Relay } from './server/relay.ts';
export { memoryStore, type MemoryStoreOptions } from './server/memory-store.ts';
export type { AnswerAccount } from './server/account.ts';
export type { NodeRequest, NodeResponse } from './server/node.ts';
export type {
  EndedAnswer,
  HandleOptions,
  Owner,
  Produce,
  ProduceContext,
  RelayOptions,
} from './server/options.ts';
export type { AnswerSource } from './server/source.ts';
export type {
  AnswerEnd,
  AnswerSink,
  AppendResult,
  Failure,
  RelayStore,
  StoredAnswer,
} from './server/store.ts';
export { OptionsError } from './errors.ts';

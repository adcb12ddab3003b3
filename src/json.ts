/** `teleprinter/json`: reads JSON while it arrives. */
export { json, toolInput, type DeepPartial, type JsonOptions, type PartialJson } from './json/json.ts';

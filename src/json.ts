export { json, toolInput, type DeepPartial, type JsonOptions, type PartialJson } from './json/json.ts';

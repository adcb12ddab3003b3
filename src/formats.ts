/** `teleprinter/formats`: the wire formats, one function each, to bundle only those in use. */
export * from './formats/all.ts';
export { auto } from './formats/auto.ts';
export { plain } from './formats/plain.ts';
export { resumeAiSdk, resumeLangGraph, resumeOpenaiResponses } from './formats/resume.ts';
export type { FinishDraft, Format, FormatEvent, FormatPart, ToolCallDraft } from './contract/format.ts';

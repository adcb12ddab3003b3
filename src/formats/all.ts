/** The formats that `auto()` detects. A new one is a file and a line here, or a row in a `rows-*.ts` file. */
export { agUi } from './ag-ui.ts';
export { aiSdkDataStream } from './ai-sdk-data-stream.ts';
export { aiSdk } from './ai-sdk.ts';
export { anthropic } from './anthropic.ts';
export { claudeAgent } from './claude-agent.ts';
export { cohere } from './cohere.ts';
export { geminiInteractions } from './gemini-interactions.ts';
export { gemini } from './gemini.ts';
export { langGraph } from './lang-graph.ts';
export { langServe } from './lang-serve.ts';
export { ollama } from './ollama.ts';
export { openaiChat } from './openai-chat.ts';
export { openaiResponses } from './openai-responses.ts';
export { text } from './text.ts';

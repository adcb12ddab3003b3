/** `teleprinter/conversation`: the messages of a chat, without a framework. */
export { createConversation } from './conversation/conversation.ts';
export { fromUiMessages, type StoredUiMessage } from './conversation/from-ui-messages.ts';
export { filePart } from './conversation/message.ts';
export { openaiMessages } from './conversation/openai-messages.ts';
export { uiMessages } from './conversation/ui-messages.ts';

export type {
  AskContext,
  AskOptions,
  RequestBody,
  SendOptions,
  Trigger,
  WhenBusy,
} from './contract/asking.ts';
export type {
  Conversation,
  ConversationOptions,
  ConversationSnapshot,
  ConversationStatus,
  MessageInput,
  SerializedConversation,
  ToolApproval,
  ToolResult,
} from './contract/conversation.ts';
export type {
  DataContent,
  FileContent,
  Message,
  MessageError,
  MessagePart,
  MessageStatus,
  ReasoningContent,
  Role,
  TextContent,
  ToolCallContent,
} from './contract/message.ts';

import type { MessageInput } from '../contract/conversation.ts';
import type { FileContent, Message } from '../contract/message.ts';
import { OptionsError } from '../errors.ts';

/** The error for an option, or for what a method was given. */
export const wrong = (option: string, message: string): OptionsError => new OptionsError(message, { option });

/** A message input; a string becomes its text. */
export function toInput<M>(input: string | MessageInput<M>): MessageInput<M> {
  return typeof input === 'string' ? { text: input } : input;
}

/** Creates a message from an input of the page. @throws OptionsError if it is empty and not an answer */
export function createMessage<M>(input: string | MessageInput<M>, generateId: () => string): Message<M> {
  const { id = generateId(), role = 'user', text, parts = [], status = 'done', ...more } = toInput(input);
  const allParts = text ? [{ type: 'text', text } as const, ...parts] : parts;
  if (!allParts.length && role !== 'assistant') throw wrong('message', 'A message has no parts.');
  // An answer that was still arriving is cut off: no more of it will come.
  const isCut = /submitted|streaming/.test(status);
  return {
    id,
    role,
    parts: allParts,
    status,
    ...more,
    ...(isCut && { status: 'done', outcome: 'truncated' }),
  };
}

/** A message as plain JSON. Of an error, only its name, code and message are kept. */
export function toPlainMessage<M>({ error, ...message }: Message<M>): Message<M> {
  return { ...message, error: error && { name: error.name, code: error.code, message: error.message } };
}

/**
 * A file as a part of a message, with its bytes in a `data:` URL.
 *
 * @throws the browser's own error if the file cannot be read
 * @example
 * import { createConversation, filePart, openaiMessages } from 'teleprinter/conversation';
 * const conversation = createConversation({ input: '/api/chat', request: openaiMessages() });
 * const input = document.querySelector<HTMLInputElement>('[type=file]')!;
 * const parts = await Promise.all(Array.from(input.files!, filePart));
 * await conversation.send({ text: 'What is this?', parts });
 */
export function filePart(file: Blob & { readonly name?: string }): Promise<FileContent> {
  const { name: filename, type: mediaType } = file;
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () =>
      resolve({
        type: 'file',
        mediaType,
        url: reader.result as string,
        ...(filename !== undefined && { filename }),
      });
    reader.onerror = () => reject(reader.error!);
    reader.readAsDataURL(file);
  });
}

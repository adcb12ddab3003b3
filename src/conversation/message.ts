import type { MessageInput } from '../contract/conversation.ts';
import type { FileContent, Message } from '../contract/message.ts';
import { OptionsError } from '../errors.ts';

/** A text is a message, too. */
export function inputOf<M>(input: string | MessageInput<M>): MessageInput<M> {
  return typeof input === 'string' ? { text: input } : input;
}

/** A message of what the page gives. @throws OptionsError where there is nothing in it */
export function messageOf<M>(input: string | MessageInput<M>, generateId: () => string): Message<M> {
  const { id = generateId(), role = 'user', text, parts = [], status = 'done', ...more } = inputOf(input);
  const all = text ? [{ type: 'text', text } as const, ...parts] : parts;
  if (!all.length && role !== 'assistant')
    throw new OptionsError('The message is empty.', { option: 'message' });
  // Of an answer that was still arriving, that is all there is.
  const isCut = status === 'submitted' || status === 'streaming';
  return { id, role, parts: all, status, ...more, ...(isCut && { status: 'done', outcome: 'truncated' }) };
}

/** A message as plain JSON: of an error, what may be kept. */
export function plain<M>({ error, ...message }: Message<M>): Message<M> {
  return { ...message, error: error && { name: error.name, code: error.code, message: error.message } };
}

/**
 * A file as a part of a message, with its bytes in a `data:` URL.
 *
 * @throws the browser's own error, where the file cannot be read
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

import type { MessageInput, SerializedConversation } from '../contract/conversation.ts';
import type { FileContent, Message } from '../contract/message.ts';
import { OptionsError } from '../errors.ts';

/** 96 random bits. Not `crypto.randomUUID`, which pages without HTTPS lack. */
export function createId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (bits) => bits.toString(36)).join('');
}

/** Where the last such item is; -1 where there is none. */
export function lastIndex<T>(list: readonly T[], is: (item: T) => boolean): number {
  let at = list.length;
  while (at-- > 0) if (is(list[at]!)) break;
  return at;
}

/** A message of what the page gives. @throws OptionsError where there is nothing in it */
export function messageOf<M>(input: string | MessageInput<M>, generateId: () => string): Message<M> {
  const {
    id = generateId(),
    role = 'user',
    text,
    parts = [],
    status = 'done',
    ...more
  } = typeof input === 'string' ? { text: input } : input;
  const all = text ? [{ type: 'text', text } as const, ...parts] : parts;
  // Of an answer that was still arriving, that is all there is.
  const isCut = status === 'submitted' || status === 'streaming';
  if (!all.length && role !== 'assistant')
    throw new OptionsError('The message is empty. Give it a text, or parts.', { option: 'message' });
  return {
    id,
    role,
    parts: all,
    status: isCut ? 'done' : status,
    ...(isCut && { outcome: 'truncated' }),
    ...more,
  };
}

/** What `initial` holds: messages, or what `serialize()` gave. */
export function restore<M>(
  initial: SerializedConversation<M> | readonly MessageInput<M>[] | null | undefined,
  generateId: () => string,
): Partial<SerializedConversation<M>> & Pick<SerializedConversation<M>, 'messages' | 'queue'> {
  const given = Array.isArray(initial)
    ? undefined
    : (initial as SerializedConversation<M> | null | undefined);
  const messages = given?.messages ?? (initial as readonly MessageInput<M>[] | null | undefined) ?? [];
  return {
    ...given,
    messages: messages.map((message) => messageOf<M>(message, generateId)),
    queue: given?.queue ?? [],
  };
}

/** A message as plain JSON: of an error, what may be kept. */
export function plain<M>(message: Message<M>): Message<M> {
  if (!message.error) return message;
  const { name, code, message: words } = message.error;
  return { ...message, error: { name, code, message: words } };
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

import type { WhenBusy } from '../contract/asking.ts';
import type { ConversationOptions } from '../contract/conversation.ts';

/** The options of a conversation with their defaults. */
export interface Settings<M> extends Omit<
  ConversationOptions<M>,
  'id' | 'generateId' | 'maxRounds' | 'whenBusy'
> {
  readonly id: string;
  readonly generateId: () => string;
  readonly maxRounds: number;
  readonly whenBusy: WhenBusy;
}

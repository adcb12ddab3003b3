/** Puts text into an element, piece by piece. */
export interface View {
  /** Adds text to what the element shows. */
  append(text: string): void;
  /** No more text comes. */
  end?(): void;
}

/** Returns 128 random bits in decimal digits. Not `crypto.randomUUID`, which pages without HTTPS lack. */
export function randomKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}

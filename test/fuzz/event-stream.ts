import { createRandom, type Random } from '../random.ts';

/** Event names that servers may use and that may confuse code. */
export const EVENT_NAMES = [
  'message,end,open,error,close,abort,delta,Message,onmessage,0, a,a ,a:b,€,🙂,\ufeff,\0',
  '__proto__,constructor,prototype,toString,hasOwnProperty',
].flatMap((names) => names.split(','));

const TEXTS = [
  '| |  |hello| hello|hello |\thello|a: b|:|: no comment|data: nested|[DONE]|{"text":"hi"}|{|\\n|%0A',
  '€豆腐|🙂👩‍👩‍👧|e\u0301|\u2028\u2029\u0085|\v\f|\0|a\0b|\ufeff|ï»¿|\u202eright',
  `${'x'.repeat(300)}|${'€'.repeat(100)}`,
].flatMap((texts) => texts.split('|'));

const FIELDS = 'data|data|data|data|event|id|retry||comment|Data| data|data '.split('|');
const ODD_FIELDS = 'dat|dataa|eventual|ids|i|retr|\0data|__proto__|\ufeffdata|ï»¿data|é'.split('|');

const RETRIES = '1|0|10000|1e3|-1|٣|1.5|0x10| 5|5 |99999999999999999999'.split('|');

/** Invalid UTF-8, in hexadecimal: lone and missing continuation bytes, overlong forms, surrogates, impossible bytes. */
const BROKEN = 'ff feff 80 bfbf c3 e282 f09f99 c080 e080af eda080 f4908080 f888 efbb ef'
  .split(' ')
  .map((bytes) => bytes.match(/../g)!.map((byte) => Number.parseInt(byte, 16)));

const BOM = [0xef, 0xbb, 0xbf];

const encode = (text: string): number[] => [...new TextEncoder().encode(text)];

/** A hostile event stream, split into chunks as a network might. The same seed gives the same stream. */
export function hostileStream(seed: number): Uint8Array<ArrayBuffer>[] {
  const random = createRandom(seed);
  const lineEnds = random.pick([['\n'], ['\r\n'], ['\r'], ['\n', '\r\n', '\r']]);
  const bytes: number[] = [];
  const lineEnd = (): void => void bytes.push(...encode(random.pick(lineEnds)));

  for (let boms = random.pick([0, 0, 0, 1, 1, 2, 3]); boms > 0; boms--) bytes.push(...BOM);
  if (random.chance(0.05)) bytes.push(...random.pick(BROKEN));
  for (let blocks = random.int(8); blocks >= 0; blocks--) {
    for (let lines = random.int(6); lines > 0; lines--) {
      bytes.push(...line(random));
      lineEnd();
      if (random.chance(0.02)) bytes.push(...BOM);
    }
    for (let blanks = random.pick([1, 1, 1, 1, 2, 3]); blanks > 0; blanks--) lineEnd();
  }
  if (random.chance(0.5)) {
    // An incomplete event: without its blank line, and maybe with an incomplete line.
    bytes.push(...line(random));
    if (random.chance(0.5)) lineEnd();
  }
  return cut(bytes, random);
}

function line(random: Random): number[] {
  const field = random.chance(0.08) ? random.pick(ODD_FIELDS) : random.pick(FIELDS);
  const bytes = encode(field);
  if (field && random.chance(0.1)) return bytes;
  bytes.push(...encode(random.pick([':', ': ', ': ', ':  '])));
  const name = field === 'event' && random.chance(0.9);
  const retry = field === 'retry' && random.chance(0.9);
  bytes.push(...encode(random.pick(name ? EVENT_NAMES : retry ? RETRIES : TEXTS)));
  if (random.chance(0.06)) bytes.push(...random.pick(BROKEN));
  if (random.chance(0.05)) bytes.push(...encode(random.pick(TEXTS)));
  if (random.chance(0.02)) bytes.push(...Array.from({ length: random.int(12) }, () => random.int(256)));
  return bytes;
}

/** Splits bytes into chunks: not at all, byte by byte, or at random places. */
function cut(bytes: readonly number[], random: Random): Uint8Array<ArrayBuffer>[] {
  const longest = random.pick([1, 2, 5, 40, 1e9]);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random.int(Math.min(longest, bytes.length - at));
    chunks.push(new Uint8Array(bytes.slice(at, at + length)));
    at += length;
  }
  return chunks;
}

/** Streams (in Latin-1) for which an engine's own EventSource departs from the standard, so that it is not a reference. */
const DEPARTURES: Record<string, (stream: string) => boolean> = {
  /** Ignores a line ending directly after the BOM. */
  chromium: (stream) => /^ï»¿[\r\n]/.test(stream),
  /** Drops NUL, and the ID of a block without data. */
  firefox: (stream) =>
    stream.includes('\0') ||
    stream
      .split(/(?:\r\n|\n|\r){2}/)
      .some((block) => /^(ï»¿)?id(:|$)/m.test(block) && !/^data(:|$)/m.test(block)),
  /** Misses a BOM that is split between chunks, and mistakes other bytes for a BOM of UTF-16. */
  webkit: (stream) => /ï»¿|þÿ|ÿþ/.test(stream),
};

/** Our own departure from the standard: at the very end of a stream, an `end` event needs no data. */
const END_WITHOUT_DATA = /[\r\n]event: ?end(\r?\n){2}\s*$/;

/** Whether this engine's own EventSource is a reference for a stream: it follows the standard there, and so do we. */
export function isReference(engine: string, chunks: readonly Uint8Array[]): boolean {
  const text = chunks.map((chunk) => String.fromCharCode(...chunk)).join('');
  return !END_WITHOUT_DATA.test(text) && !DEPARTURES[engine]?.(text);
}

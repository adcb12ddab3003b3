import { createRandom, type Random } from '../random.ts';

const WORDS =
  'the quick brown fox jumps over lazy dogs weather today is mild and clear with 21 degrees in Lisbon'.split(
    ' ',
  );

/** Pieces that models repeat, or that make a parser slow. Each is repeated up to the length of an answer. */
const LOOPS: readonly string[] = [
  '>,> ,- ,- - ,1. ,* ,+ ,> - ,- > ,  - ,• ,• a\n,# ,###### '.split(','),
  '[ ] [[ ![ [a]( [a](b [a](<b [a][ [a]: [^a] [^a]: ]( []( [a](b" [a]:b" [é]'.split(' '),
  '*,_,~,**,__,~~,***,*a ,_a*,*a_,**a ,~~a ,a**b,*a**b*,_ *,*_,**_ ~~,a*,a* b,__a,* a*'.split(','),
  '`,``,`a,``a,` a ``,```,~~~,```\n,~~~a\n,`a``b'.split(','),
  '<,<a,<a ,<a b=",<!--,<!-- a,<?,<![CDATA[,</a,<b>,</b>,<a@,<http://,<div>\n,<details>\n,<br>,<!A'.split(
    ',',
  ),
  '& &a &amp &amp; &# &#9; &#x &CounterClockwiseContourIntegral; &bogus;'.split(' '),
  ['| a |\n', '||\n', '|-', '|a|b|\n|-|-|\n', '|a', '| a | b |\n|---|---|\n| c |\n', '|', '|-|-\n'],
  'http://,https://a.b/,www.,www.a.b ,a@b.c ,a@,a.b@c_,http://a(((,www.a..'.split(','),
  ['\\', '\\\\', '\\a', '\\(', '\\[', '$', '$$', '$a', '$$\n', '\\(a\\)', '$a$ '],
  ['\n', '\n\n', ' ', '    ', '\t', '  \n', 'a\n', 'a\n\n', '\r', '\r\n', '=\n', '-\n', '---\n', '***\n'],
  [
    'a',
    'a b ',
    'é',
    '你好**，',
    '**注意：**请',
    '。',
    'שלום ',
    '🙂',
    '👩‍👩‍👧',
    'e\u0301',
    '\0',
    '\ufeff',
    '\u2028',
  ],
].flat();

/** A hostile or repetitive answer of the given length. The same seed gives the same answer. */
export function hostileMarkdown(seed: number, length: number): string {
  const random = createRandom(seed);
  const kind = random.int(4);
  if (kind === 0) return random.pick(LOOPS).repeat(length).slice(0, length);
  if (kind === 1) return `${random.pick(LOOPS)}${random.pick(LOOPS)}`.repeat(length).slice(0, length);
  if (kind === 2) {
    // One piece, then another: for example openers, then closers.
    const half = Math.floor(length / 2);
    return random.pick(LOOPS).repeat(half).slice(0, half) + random.pick(LOOPS).repeat(half).slice(0, half);
  }
  return mixture(random, length);
}

function mixture(random: Random, length: number): string {
  const few = Array.from({ length: 1 + random.int(6) }, () => random.pick(LOOPS));
  let text = '';
  while (text.length < length) {
    const piece = random.chance(0.7) ? random.pick(few) : `${random.pick(WORDS)} `;
    text += random.chance(0.05) ? piece.repeat(1 + random.int(500)) : piece;
    if (random.chance(0.02)) text += `\n\n[${random.pick(few)}]: /url${random.int(9)}\n`;
  }
  return text.slice(0, length);
}

/** Prose of the given length. */
export function prose(length: number): string {
  const random = createRandom(1);
  let text = '';
  while (text.length < length) text += random.chance(0.01) ? '\n\n' : `${random.pick(WORDS)} `;
  return text.slice(0, length);
}

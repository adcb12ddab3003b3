import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Speech } from '../../src/typewriter/speech.ts';

/** All the pieces that are ready. */
function pieces(speech: Speech): string[] {
  const all: string[] = [];
  for (let piece = speech.next(); piece; piece = speech.next()) all.push(piece);
  return all;
}
const complete = (text: string) => ({ complete: text, arriving: '' });
const words = (text: string): string => text.replace(/\s+/g, '');

test('only whole sentences are spoken, until the end', () => {
  const speech = new Speech('en');
  speech.add(complete('It is mild. The sky is cle'));
  expect(pieces(speech)).toEqual(['It is mild.']);
  speech.add(complete('ar. And'));
  expect(pieces(speech)).toEqual(['The sky is clear.']);
  speech.add(complete(' dry'));
  expect(pieces(speech)).toEqual([]);
  speech.end();
  expect(pieces(speech)).toEqual(['And dry']);
});

test('a block that is arriving is spoken once, though it is added repeatedly', () => {
  const speech = new Speech('en');
  speech.add({ complete: '', arriving: 'One. Two. Thr' });
  expect(pieces(speech)).toEqual(['One. Two.']);
  speech.add({ complete: '', arriving: 'One. Two. Three. Fo' });
  expect(pieces(speech)).toEqual(['Three.']);
  speech.add({ complete: 'One. Two. Three. Four.\n', arriving: 'Five. Si' });
  expect(pieces(speech)).toEqual(['Four.\nFive.']);
  speech.add(complete('Five. Six.\n'));
  speech.end();
  expect(pieces(speech)).toEqual(['Six.']);
});

test('text that changed after it was spoken is spoken again, from the changed word', () => {
  const speech = new Speech('en');
  speech.add({ complete: '', arriving: 'A [link. And' });
  expect(pieces(speech)).toEqual(['A [link.']);
  speech.add(complete('A link. And more.\n'));
  speech.end();
  expect(pieces(speech)).toEqual(['link. And more.']);
});

test('text that a translator has changed is not spoken again', () => {
  const speech = new Speech('en');
  speech.add({ complete: '', arriving: 'Docker is good. Warm the pot. Wai' });
  expect(pieces(speech)).toEqual(['Docker is good. Warm the pot.']);
  speech.add({ complete: '', arriving: 'Docker ist gut. Die Kanne wärmen. Warten Sie. Dann' });
  expect(pieces(speech)).toEqual(['Warten Sie.']);
  // The block is written again as it was when more of it arrives.
  speech.add({ complete: '', arriving: 'Docker is good. Warm the pot. Wait. Then pour. It' });
  expect(pieces(speech)).toEqual(['Then pour.']);
  speech.add(complete('Docker ist gut. Die Kanne wärmen. Warten Sie. Dann gießen. Er ist fertig.\nEnde.\n'));
  speech.end();
  expect(pieces(speech)).toEqual(['Er ist fertig.\nEnde.']);
});

test('no word of a long sentence is lost that a translator changes in the middle of speaking it', () => {
  const speech = new Speech('en');
  speech.add({ complete: '', arriving: `One. ${'Word '.repeat(110)}` });
  expect(pieces(speech).join(' ').length).toBeGreaterThan(400);
  const translated = 'Wort '.repeat(110);
  speech.add(complete(`Eins. ${translated}\n`));
  speech.end();
  expect(pieces(speech).join(' ')).toBe(translated.trim());
});

test.each([
  ['ja', '水を沸かす。四分待つ。注', ['水を沸かす。四分待つ。']],
  ['en', 'Dr. No', []],
  ['not a language', 'One. Two', ['One.']],
  [undefined, 'One! Two? Three', ['One! Two?']],
])('sentences are those of the language: %s', (lang, text, spoken) => {
  const speech = new Speech(lang);
  speech.add(complete(text));
  expect(pieces(speech).map((piece) => piece.replace(/^Dr\.$/, ''))).toEqual(spoken.length ? spoken : ['']);
});

test('no piece is longer than 500 characters, and no word is lost, whatever the input', () => {
  const word = fc.oneof(
    fc.string({ maxLength: 12, unit: 'grapheme' }),
    fc.constantFrom('. ', '! ', '\n', ' ', '。', 'x'.repeat(700), '👩‍👩‍👧‍👦'.repeat(80), 'word '.repeat(150)),
  );
  const block = fc.array(fc.array(word, { maxLength: 6 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(block, { maxLength: 5 }), (blocks) => {
      const speech = new Speech('en');
      const spoken: string[] = [];
      let done = '';
      for (const parts of blocks) {
        let arriving = '';
        for (const part of parts) {
          arriving += part.join('');
          speech.add({ complete: done, arriving });
          done = '';
          spoken.push(...pieces(speech));
        }
        done = arriving;
      }
      speech.add(complete(done));
      speech.end();
      spoken.push(...pieces(speech));
      expect(Math.max(0, ...spoken.map(({ length }) => length))).toBeLessThanOrEqual(500);
      expect(words(spoken.join(''))).toBe(words(blocks.flat(2).join('')));
    }),
    { numRuns: 300 },
  );
});

test('a piece takes as long in an answer of 4 MB as in a short one', () => {
  const speech = new Speech('en');
  speech.add(complete('It is mild today. '.repeat(220_000)));
  const start = performance.now();
  for (let count = 0; count < 100; count++) expect(speech.next().length).toBeGreaterThan(400);
  expect(performance.now() - start).toBeLessThan(500);
});

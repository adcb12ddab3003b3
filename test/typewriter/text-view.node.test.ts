// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { text } from '../../src/typewriter/views/text.ts';

test('the text view keeps the text exactly, whatever the pieces', () => {
  const answer = '\none\n\n\ntwo <b>&amp;</b>\r\nthree\n';
  for (let size = 1; size <= answer.length; size++) {
    const element = document.createElement('div');
    const view = text()(element);
    for (let at = 0; at < answer.length; at += size) view.append(answer.slice(at, at + size));
    expect(element.textContent).toBe(answer);
    expect(element.querySelector('b')).toBeNull();
  }
});

test('sections hold 64 lines each', () => {
  const element = document.createElement('div');
  text()(element).append('line\n'.repeat(200));
  expect([...element.children].map(({ childElementCount }) => childElementCount)).toEqual([64, 64, 64, 8]);
});

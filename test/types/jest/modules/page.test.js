/** @jest-environment jsdom */
import { typewriter } from 'teleprinter';
import { markdown } from 'teleprinter/markdown';
import 'teleprinter/element';

test('what was typed', async () => {
  const output = document.createElement('output');
  const typing = typewriter('**Warm** the pot.', output, { view: markdown() });
  typing.finish();
  await typing.finished;
  expect(output.querySelector('strong').textContent).toBe('Warm');
});

test('the element', () => {
  expect(customElements.get('tele-printer')).toBeDefined();
});

import { parseJsonEventStream } from '@ai-sdk/provider-utils';

const { body } = await fetch('/answer?events=50&every=10');
const reader = parseJsonEventStream({ stream: body }).getReader();
const output = document.querySelector('output');
for (;;) {
  const { value } = await reader.read();
  if (!value) break;
  output.append(value.value.choices[0].delta.content);
}

const output = document.querySelector('output');
const reader = (await fetch('/answer?events=50&every=10')).body.getReader();
const decoder = new TextDecoder();
let rest = '';
for (;;) {
  const { value } = await reader.read();
  if (!value) break;
  const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
  rest = blocks.pop();
  for (const block of blocks) {
    const data = block.slice('data: '.length);
    if (data !== '[DONE]') output.append(JSON.parse(data).choices[0].delta.content);
  }
}

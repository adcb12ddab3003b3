import OpenAI from 'openai';

const client = new OpenAI({
  apiKey: 'none',
  dangerouslyAllowBrowser: true,
  fetch: () => fetch('/answer?events=50&every=10'),
});
const chunks = await client.chat.completions.create({ model: 'none', stream: true, messages: [] });
const output = document.querySelector('output');
for await (const chunk of chunks) output.append(chunk.choices[0].delta.content);

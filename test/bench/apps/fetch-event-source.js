import { fetchEventSource } from '@microsoft/fetch-event-source';

const output = document.querySelector('output');
await fetchEventSource('/answer?events=50&every=10', {
  openWhenHidden: true,
  onmessage({ data }) {
    if (data !== '[DONE]') output.append(JSON.parse(data).choices[0].delta.content);
  },
});

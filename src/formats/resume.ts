import { TruncatedError } from '../errors.ts';
import type { Resume } from '../contract/options.ts';
import { pageURL } from '../page-url.ts';

/**
 * Goes on with an answer of OpenAI's Responses API, made with `background: true`, after the last event that came.
 * https://platform.openai.com/docs/guides/background#streaming-a-background-response
 *
 * @param responses Where the responses are: to it, `/<id>?stream=true&starting_after=<sequence number>` is added.
 * @example
 * import { stream } from 'teleprinter';
 * import { resumeOpenaiResponses } from 'teleprinter/formats';
 * const body = { model: 'gpt-5', input: 'tea', background: true, stream: true };
 * const answer = stream('/api/responses', { body, resume: resumeOpenaiResponses('/api/responses') });
 */
export function resumeOpenaiResponses(responses: string | URL): Resume {
  return ({ cursor }) => {
    const { id, sequence } = (cursor ?? {}) as { id?: string; sequence?: number };
    if (!id)
      throw new TruncatedError('The connection was lost before the response had an ID to resume it by.', {});
    const url = under(responses, id);
    url.searchParams.set('stream', 'true');
    url.searchParams.set('starting_after', String(sequence));
    return url;
  };
}

/**
 * Goes on with a LangGraph run, made with `stream_resumable`, where its `Location` header says, from the last event ID.
 * On another origin the server has to expose that header. https://docs.langchain.com/langsmith/streaming
 *
 * @example
 * import { stream } from 'teleprinter';
 * import { resumeLangGraph } from 'teleprinter/formats';
 * const body = { assistant_id: 'agent', input: { topic: 'tea' }, stream_resumable: true };
 * const answer = stream('/threads/7/runs/stream', { body, resume: resumeLangGraph() });
 */
export function resumeLangGraph(): Resume {
  return ({ response }) => {
    const location = response?.headers.get('location');
    if (!response)
      throw new TruncatedError('The connection was lost before there was a run to go on with.', {});
    // Once it has gone on, the place is where it went on.
    return new URL(location ?? '', response.url);
  };
}

/**
 * Goes on with a chat of the AI SDK, which replays the whole answer: what has been shown is not shown again.
 * https://ai-sdk.dev/docs/ai-sdk-ui/chatbot-resume-streams
 *
 * @param api Where the chats are: to it, `/<chat>/stream` is added.
 * @example
 * import { stream } from 'teleprinter';
 * import { resumeAiSdk } from 'teleprinter/formats';
 * const body = { id: 'chat-7', messages: [] };
 * const answer = stream('/api/chat', { body, resume: resumeAiSdk('/api/chat', 'chat-7') });
 */
export function resumeAiSdk(api: string | URL, chat: string): Resume {
  return () => under(api, chat, 'stream');
}

function under(base: string | URL, ...names: string[]): URL {
  const url = new URL(base, pageURL());
  url.pathname = [url.pathname.replace(/\/$/, ''), ...names.map(encodeURIComponent)].join('/');
  return url;
}

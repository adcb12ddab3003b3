import { TruncatedError } from '../errors.ts';
import type { Resume } from '../contract/options.ts';
import { pageURL } from '../page-url.ts';

/**
 * Resumes a response of OpenAI's Responses API, created with `background: true`, after the last event received.
 * https://platform.openai.com/docs/guides/background#streaming-a-background-response
 *
 * @param responses The URL of the responses; `/<id>?stream=true&starting_after=<sequence number>` is appended to its path.
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
      throw new TruncatedError('The connection was lost before the response had an ID to resume it by.');
    const url = urlBelow(responses, id);
    url.searchParams.set('stream', 'true');
    url.searchParams.set('starting_after', String(sequence));
    return url;
  };
}

/**
 * Resumes a LangGraph run, created with `stream_resumable`, from the last event ID, at the URL in its `Location` header.
 * A server on another origin must expose that header. https://docs.langchain.com/langsmith/streaming
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
    if (!response) throw new TruncatedError('The connection was lost before there was a run to go on with.');
    // The response to a resume request has no Location: its own URL is used again.
    return new URL(location ?? '', response.url);
  };
}

/**
 * Resumes a chat of the AI SDK. Its server replays the whole answer; text that has been shown is not shown again.
 * https://ai-sdk.dev/docs/ai-sdk-ui/chatbot-resume-streams
 *
 * @param api The URL of the chats; `/<chat>/stream` is appended to its path.
 * @example
 * import { stream } from 'teleprinter';
 * import { resumeAiSdk } from 'teleprinter/formats';
 * const body = { id: 'chat-7', messages: [] };
 * const answer = stream('/api/chat', { body, resume: resumeAiSdk('/api/chat', 'chat-7') });
 */
export function resumeAiSdk(api: string | URL, chat: string): Resume {
  return () => urlBelow(api, chat, 'stream');
}

/** The URL of a path below a base URL; its query is kept. */
function urlBelow(base: string | URL, ...names: string[]): URL {
  const url = new URL(base, pageURL());
  url.pathname = [url.pathname.replace(/\/$/, ''), ...names.map(encodeURIComponent)].join('/');
  return url;
}

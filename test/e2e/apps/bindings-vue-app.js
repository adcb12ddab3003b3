import { openaiMessages } from 'teleprinter/conversation';
import { Typewriter, useConversation, useStream, vTypewriter } from 'teleprinter/vue';
import { createSSRApp, defineComponent, h, ref, Suspense, withDirectives } from 'vue';

const Answer = defineComponent(async () => {
  const own = useStream(globalThis.answerURL);
  const { messages, status, send } = useConversation({
    id: 'chat',
    input: globalThis.answerURL,
    request: openaiMessages(),
  });
  globalThis.send = send;
  await new Promise((resolve) => setTimeout(resolve, 5));
  return () =>
    h('main', [
      h('button', { id: 'start', onClick: own.start }, 'Ask'),
      h('button', { id: 'stop', onClick: own.stop }, 'Stop'),
      h('p', { id: 'state' }, own.outcome.value ?? own.state.value),
      h('p', { id: 'text' }, own.text.value),
      h(Typewriter, { source: own.stream.value, as: 'section', id: 'answer', speed: 1e6, caret: false }),
      withDirectives(h('output'), [[vTypewriter, { source: own.stream.value, speed: 1e6, caret: false }]]),
      h('p', { id: 'chat' }, [
        status.value,
        ' ',
        messages.value.flatMap(({ parts }) => parts.map((part) => part.text)).join(' | '),
      ]),
    ]);
});

export const makeApp = () =>
  createSSRApp(
    defineComponent(() => {
      const isShown = ref(true);
      globalThis.show = (is) => (isShown.value = is);
      return () =>
        h(Suspense, {}, { default: () => h('div', [h('h1', 'An app'), isShown.value ? h(Answer) : null]) });
    }),
  );

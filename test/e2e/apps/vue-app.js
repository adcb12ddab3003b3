import { ref } from 'vue/dist/vue.esm-bundler.js';

/** The same page as in react-app.jsx. */
export const App = {
  setup() {
    const step = ref(0);
    globalThis.setStep = (value) => (step.value = value);
    const onEnd = ({ detail }) => (globalThis.ended = detail.outcome);
    return { step, onEnd };
  },
  template: `<main>
    <h1>Step {{ step }}</h1>
    <tele-printer id="first" src="/answer" :body="step < 3 ? 'one' : 'two'" end="end" markdown @end="onEnd">
      <em v-if="step < 1">Thinking…</em>
      <b v-if="step >= 2">Later</b>
      <div data-failure hidden>Oh no. <button data-retry>Once more</button></div>
    </tele-printer>
    <tele-printer id="second" src="/answer" body="text" end="end">{{ step < 1 ? 'Wait' : 'Waited ' + step }}</tele-printer>
    <p v-if="step < 2">Below</p>
  </main>`,
};

export const configure = (app) => {
  app.config.compilerOptions.isCustomElement = (tag) => tag === 'tele-printer';
  return app;
};

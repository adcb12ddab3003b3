import DefaultTheme from 'vitepress/theme-without-fonts';
import { useRoute } from 'vitepress';
import { onMounted, watch } from 'vue';
import Playground from './Playground.vue';
import './style.css';

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('Playground', Playground);
  },
  setup() {
    const route = useRoute();
    onMounted(nameMain);
    watch(() => route.path, nameMain, { flush: 'post' });
  },
};

/** The theme has no main landmark on the front page, the playground and the page for what is not there. */
function nameMain() {
  const content = document.querySelector('#VPContent');
  if (content?.querySelector('main')) content.removeAttribute('role');
  else content?.setAttribute('role', 'main');
}

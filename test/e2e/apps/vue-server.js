import { createSSRApp } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { App, configure } from './vue-app.js';

export const render = () => renderToString(configure(createSSRApp(App)));

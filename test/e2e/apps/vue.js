import { createApp, createSSRApp } from 'vue/dist/vue.esm-bundler.js';
import { App, configure } from './vue-app.js';

const root = document.getElementById('root');
const app = configure(root.hasChildNodes() ? createSSRApp(App) : createApp(App));
app.mount(root);
globalThis.unmount = () => app.unmount();

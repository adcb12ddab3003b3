import { renderToString } from 'vue/server-renderer';
import { makeApp } from './bindings-vue-app.js';

export const render = () => renderToString(makeApp());

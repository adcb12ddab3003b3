import { makeApp } from './bindings-vue-app.js';

makeApp().mount('#root');

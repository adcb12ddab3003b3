import { createApp } from 'vue';
import Ask from './Ask.vue';

createApp(Ask).mount('#app');

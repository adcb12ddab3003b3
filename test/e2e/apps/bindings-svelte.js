import { hydrate } from 'svelte';
import App from './BindingsApp.svelte';

hydrate(App, { target: document.getElementById('root') });

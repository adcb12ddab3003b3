import { hydrate } from 'svelte';
import App from './ObjectBody.svelte';

// The element has been upgraded for a while when the page is hydrated.
setTimeout(() => hydrate(App, { target: document.getElementById('root') }), 50);

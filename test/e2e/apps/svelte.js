import { hydrate, mount, unmount } from 'svelte';
import App from './App.svelte';

const target = document.getElementById('root');
const app = (target.hasChildNodes() ? hydrate : mount)(App, { target });
globalThis.unmount = () => unmount(app);

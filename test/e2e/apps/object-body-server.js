import { render as renderApp } from 'svelte/server';
import App from './ObjectBody.svelte';

export const render = () => renderApp(App).body;

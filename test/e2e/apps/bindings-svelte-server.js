import { render as renderApp } from 'svelte/server';
import App from './BindingsApp.svelte';

export const render = () => renderApp(App).body;

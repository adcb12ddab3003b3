import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { api } from './api.js';

export default defineConfig({ plugins: [svelte(), api] });

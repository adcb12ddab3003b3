import { mount } from 'svelte';
import Ask from './Ask.svelte';

mount(Ask, { target: document.getElementById('app') });

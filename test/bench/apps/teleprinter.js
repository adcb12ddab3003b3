import { stream } from '../../../dist/index.js';
import { typewriter } from '../../../dist/typewriter.js';

typewriter(stream('/answer?events=50&every=10'), document.querySelector('output'));

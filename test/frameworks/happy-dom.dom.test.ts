// @vitest-environment happy-dom
import { testingLibraries } from './testing-libraries.ts';

testingLibraries('happy-dom');

// @vitest-environment jsdom
import { testingLibraries } from './testing-libraries.ts';

testingLibraries('jsdom');

import { compile as compileSvelte } from 'svelte/compiler';
import { compileScript, compileTemplate, parse as parseVue } from 'vue/compiler-sfc';
import { expect } from 'vitest';
import type { Block } from './blocks.ts';

/** The scripts of a block, as files that can be checked: by extension. */
export function scriptsOf({
  language,
  code,
}: Pick<Block, 'language' | 'code'>): [extension: string, code: string][] {
  if (/^(js|jsx|mjs)$/.test(language)) return [[language, code]];
  if (/^(ts|tsx)$/.test(language)) return [[language, code]];
  if (language === 'html')
    return Array.from(code.matchAll(/<script(?![^>]*\bsrc=)[^>]*>(.*?)<\/script>/gs), ([, script = '']) => [
      'js',
      script,
    ]);
  if (language === 'vue') {
    const { descriptor, errors } = parseVue(code);
    expect(errors).toEqual([]);
    const template = compileTemplate({
      source: descriptor.template?.content ?? '',
      filename: 'a.vue',
      id: 'a',
    });
    expect(template.errors).toEqual([]);
    const { scriptSetup } = descriptor;
    return scriptSetup ? [[scriptSetup.lang ?? 'js', compileScript(descriptor, { id: 'a' }).content]] : [];
  }
  if (language === 'svelte') {
    compileSvelte(code, { generate: 'client' });
    // What the template uses counts as used.
    return Array.from(
      code.matchAll(/<script(?: lang="(ts)")?>(.*?)<\/script>/gs),
      ([, language = 'js', script = '']) => [language, script],
    );
  }
  return [];
}

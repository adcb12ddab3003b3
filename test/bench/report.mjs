/** Formats results: tables, and the machine and versions that they were measured with. */
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** A table in markdown. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The machine, and the versions of Node and Chromium. */
export function machine(browser) {
  const [{ model }] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: model.trim(),
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.versions.node,
    chromium: browser.version(),
  };
}

/** The pinned version of each library. */
export function versions() {
  const { devDependencies } = JSON.parse(readFileSync('test/bench/package.json', 'utf8'));
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  return { teleprinter: version, ...devDependencies };
}

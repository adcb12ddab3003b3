/**
 * Makes the moving picture of the README (`npm run picture`): the demo's page "Break it" is asked, loses its connection
 * in mid-answer, and has the whole answer all the same.
 */
import { writeFileSync } from 'node:fs';
import gifenc from 'gifenc';
import OpenAI from 'openai';
import { PNG } from 'pngjs';
import { startModel } from '../demo/model.mjs';
import { startDemo } from '../demo/server.mjs';
import { launch } from './bench/browser.mjs';

const FILE = 'docs/public/teleprinter.gif';
/** Milliseconds from one picture to the next, in steps of 10, as the format has it. */
const STEP = 160;
/** The characters after which the connection is cut, and for how long the end stays. */
const CUT_AT = 260;
const REST = 3000;
/** The picture has the buttons, what happened, and below it the answer. */
const STYLE = `
  header, h1, .lead, .status, h2, table { display: none }
  main { display: flex; flex-direction: column; padding-block: 1rem; font-size: 0.9rem }
  #log { min-height: 11em; margin: 0.75rem 0 0 }
  #answer { order: 1; min-height: 22em; line-height: 1.5 }
`;

const model = await startModel({ tokenDelay: 25 });
const openai = new OpenAI({ apiKey: 'none', baseURL: model.baseURL });
const demo = await startDemo({ port: 0, openai, model: 'test' });
const browser = await launch();
const page = await browser.newPage({ viewport: { width: 720, height: 560 } });
await page.goto(`${demo.url}/break`);
await page.addStyleTag({ content: STYLE });

const gif = gifenc.GIFEncoder();
async function take(delay = STEP) {
  const { data, width, height } = PNG.sync.read(await page.screenshot());
  const palette = gifenc.quantize(data, 32);
  gif.writeFrame(gifenc.applyPalette(data, palette), width, height, { palette, delay });
}

await page.click('#ask');
let isCut = false;
for (let status = ''; !status.startsWith('Ended'); status = await page.textContent('#status')) {
  const next = performance.now() + STEP;
  if (!isCut && (await page.textContent('#answer')).length > CUT_AT) {
    isCut = true;
    await page.evaluate(() => document.querySelector('#cut').click());
  }
  await take();
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
}
await take(REST);
gif.finish();
writeFileSync(FILE, gif.bytes());
console.log(`${FILE}: ${Math.round(gif.bytes().length / 1000)} kB`);

await browser.close();
await demo.stop();
await model.stop();

/**
 * Records the animation of the README (`npm run picture`): the demo's page "Break it" loses its connection in mid-answer, and
 * still gets the whole answer.
 */
import { writeFileSync } from 'node:fs';
import gifenc from 'gifenc';
import OpenAI from 'openai';
import { PNG } from 'pngjs';
import { startModel } from '../demo/model.mjs';
import { startDemo } from '../demo/server.mjs';
import { launch } from './bench/browser.mjs';

const FILE = 'docs/public/teleprinter.gif';
/** Milliseconds per frame, a multiple of 10 as GIF requires. */
const STEP = 160;
/** The number of characters after which the connection is cut, and the milliseconds of the last frame. */
const CUT_AT = 260;
const REST = 3000;
/** Shows only the buttons, the log, and below them the answer. */
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
async function addFrame(delay = STEP) {
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
  await addFrame();
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
}
await addFrame(REST);
gif.finish();
writeFileSync(FILE, gif.bytes());
console.log(`${FILE}: ${Math.round(gif.bytes().length / 1000)} kB`);

await browser.close();
await demo.stop();
await model.stop();

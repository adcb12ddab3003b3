import katex from 'katex';
import { typewriter } from 'teleprinter';
import { markdown } from 'teleprinter/markdown';

const TEXTS = {
  en: `## Tea, properly

Warm the **pot** first. It is the step that everybody skips, and the reason why the second cup is never as good as the first. 🫖

1. Boil *fresh* water.
2. Count one spoon for each person, and \`one for the pot\`.
3. Wait:
   - green tea 2 minutes
   - black tea 4 minutes

| tea | °C | minutes |
|-----|---:|--------:|
| green | 75 | 2 |
| black | 96 | 4 |

\`\`\`js
const minutes = tea === 'green' ? 2 : 4;
await wait(minutes); // then pour
\`\`\`

> Milk in first, or last? [People differ](https://example.com/milk). 👩🏽‍🍳🏴󠁧󠁢󠁳󠁣󠁴󠁿
`,
  ar: `## الشاي كما يجب

سخّن **الإبريق** أولًا. هذه هي الخطوة التي ينساها الجميع، وهي سبب أن الكوب الثاني لا يشبه الأول أبدًا. 🫖

1. اغلِ ماءً *طازجًا*.
2. ملعقة لكل شخص، و\`واحدة للإبريق\`.
3. انتظر أربع دقائق.

> الحليب أولًا أم أخيرًا؟ [الناس يختلفون](https://example.com/milk).
`,
  ja: `## おいしいお茶

まず**急須**を温めます。みんなが飛ばす手順ですが、二杯目の味が変わる理由です。🫖

1. *新しい*水を沸かす。
2. 一人に一さじ、\`急須にも一さじ\`。
3. 四分待つ。

> 牛乳は先か後か?[人それぞれです](https://example.com/milk)。
`,
  all: String.raw`# Cooling tea

A cup cools as Newton said,[^newton] with $k \approx 0.03$ per minute:

$$
T(t) = T_{room} + (T_0 - T_{room}) e^{-kt}
$$

1. Measure, every ~5 minutes:

   ~~~python
   for minute in range(0, 30, 5):
       print(minute, round(21 + (96 - 21) * math.exp(-0.03 * minute), 1), "°C, and a line that is longer than any card is wide")
   ~~~

2. Compare:
   - [x] with a lid
   - [ ] without one

> A quote, with a list:
>
> - **Warm** pot
>   - warm cup
> - cold hands

| Material | Conductivity<br>(W/mK) | Price |
|----------|-----------------------:|:-----:|
| Porcelain | 1.5 | $12 |
| Steel | 16 | $25 |

<details>
<summary>Why the spoon matters</summary>

Press <kbd>Ctrl</kbd> + <kbd>P</kbd>, and think of H<sub>2</sub>O. **注意：**请小心。

</details>

See [the study](https://example.com/study) or https://example.com/tea.

[^newton]: *Scala graduum caloris*, 1701.
`.replaceAll('~~~', '```'),
};

/** Renders a formula with KaTeX. */
const math = (element, source, displayMode) =>
  katex.render(source, element, { displayMode, throwOnError: false });

/** Adds a bar with the language and a copy button to each code block. */
function onBlock(block) {
  for (const pre of block.matches('pre') ? [block] : block.querySelectorAll('pre')) {
    const bar = document.createElement('div');
    const copy = document.createElement('button');
    bar.className = 'code-bar';
    bar.textContent = /language-(\S+)/.exec(pre.firstChild.className)?.[1] ?? '';
    copy.type = 'button';
    copy.textContent = 'Copy';
    copy.onclick = () => navigator.clipboard.writeText(pre.firstChild.textContent);
    bar.append(copy);
    pre.before(bar);
  }
}

const MARKDOWN = markdown({ math, onBlock });

/** The text without markdown, for the cards that show plain text. */
const toPlainText = (text) =>
  text
    .replace(/^\|.*\n/gm, '')
    .replace(/^```.*\n/gm, '')
    .replace(/^(#+|>) /gm, '')
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replace(/[*`]/g, '');

/** The cards: a name, the code that it shows, and the options of the typewriter. */
const CARDS = [
  { name: 'Close behind the stream', how: "speed: 'auto'", options: {} },
  { name: 'At a pace of its own', how: 'speed: 40', options: { speed: 40 } },
  { name: 'As it arrives', how: 'finish()', options: {}, isInstant: true },
  { name: 'Markdown', how: 'view: markdown()', options: { view: MARKDOWN } },
  {
    name: 'Markdown, followed',
    how: 'view: markdown(), follow: true',
    options: { view: MARKDOWN, follow: true },
  },
  { name: 'Without a caret', how: 'caret: false, lag: 1000', options: { caret: false, lag: 1000 } },
];

const controls = document.getElementById('controls');
const gallery = document.getElementById('gallery');
const cards = CARDS.map(({ name, how }) => {
  const section = document.createElement('section');
  const title = document.createElement('h2');
  const code = document.createElement('p');
  const card = document.createElement('div');
  title.textContent = name;
  code.textContent = how;
  code.className = 'how';
  card.className = 'card';
  card.tabIndex = 0;
  card.setAttribute('role', 'region');
  card.setAttribute('aria-label', name);
  section.append(title, code, card);
  gallery.append(section);
  return card;
});

let stop = () => {};

function play() {
  stop();
  const { chunks, language } = Object.fromEntries(new FormData(controls));
  const text = TEXTS[language];
  const texts = CARDS.map(({ options }) => (options.view ? text : toPlainText(text)));
  const sources = [];
  const typewriters = CARDS.map(({ options, isInstant }, at) => {
    const card = cards[at];
    card.replaceChildren();
    card.lang = language === 'all' ? 'en' : language;
    card.dir = language === 'ar' ? 'rtl' : 'ltr';
    const source = new ReadableStream({ start: (controller) => void sources.push(controller) });
    // Only the first announces to screen readers, not all six.
    const typewriterOptions = { ...options, announce: at === 0 ? 'polite' : 'off' };
    const typewriterHandle = typewriter(source, card, typewriterOptions);
    if (isInstant) typewriterHandle.finish();
    return typewriterHandle;
  });

  let arrived = 0;
  let sent = 0;
  let last = performance.now();
  let sentAt = last;
  const timer = setInterval(() => {
    const now = performance.now();
    arrived += ((now - last) / 1000) * Number(controls.elements.speed.value);
    last = now;
    const size = { letters: 1, tokens: 4, lumps: 1, once: text.length }[chunks];
    if (chunks === 'lumps' && now - sentAt < 1000 && arrived < text.length) return;
    sentAt = now;
    while (arrived - sent >= size || (arrived >= text.length && sent < text.length)) {
      const piece = chunks === 'lumps' ? Math.floor(arrived) - sent : size;
      for (const [at, source] of sources.entries()) {
        const next = texts[at].slice(sent, sent + piece);
        if (next) source.enqueue(next);
      }
      sent += piece;
    }
    if (sent < text.length) return;
    clearInterval(timer);
    for (const source of sources) source.close();
  }, 16);
  stop = () => {
    clearInterval(timer);
    for (const typewriterHandle of typewriters) typewriterHandle.cancel();
  };
}

function showSpeed() {
  document.getElementById('speed-value').textContent = `${controls.elements.speed.value} characters a second`;
}

controls.addEventListener('input', showSpeed);
controls.addEventListener('change', ({ target }) => target.name !== 'speed' && play());
controls.addEventListener('submit', (event) => {
  event.preventDefault();
  play();
});
showSpeed();
play();

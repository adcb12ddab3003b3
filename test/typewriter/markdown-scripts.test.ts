import { afterEach, describe, expect, test } from 'vitest';
import { arrive, letterByLetter, readAnswer } from './markdown-view.ts';

afterEach(() => document.body.replaceChildren());

/** The text of an answer, with its bold text as `[bold]`, its italic text as `{italic}`, and what is struck out as `<struck>`. */
const emphasised = (source: string): string =>
  readAnswer(source, (root) => {
    for (const [tag, open, close] of [
      ['strong', '[', ']'],
      ['em', '{', '}'],
      ['del', '<', '>'],
    ] as const) {
      for (const element of root.querySelectorAll(tag)) {
        element.prepend(open);
        element.append(close);
      }
    }
    return root.textContent;
  });

describe('emphasis beside punctuation', () => {
  test.each([
    // https://github.com/tats-u/markdown-cjk-friendly: variation selectors, symbols, underscores
    ['葛󠄀**(こちらが正式表記)**城市', '葛󠄀[(こちらが正式表記)]城市'],
    ['大塚︀**(U+585A U+FE00)** 大塚**(U+FA10)**', '大塚︀[(U+585A U+FE00)] 大塚[(U+FA10)]'],
    ['〽︎**(庵点)**は、', '〽︎[(庵点)]は、'],
    ['a**🈂**a a**🈷**a', 'a[🈂]a a[🈷]a'],
    ['正體字。︁_Traditional._', '正體字。︁{Traditional.}'],
    ['“︁Git”︁__Hub__', '“︁Git”︁[Hub]'],
    ['羽︀~~()a~~a', '羽︀<()a>a'],
    ['a~~a()~~a ~~~b~~~', 'a~~a()~~a ~~~b~~~'],
    // https://github.com/futuregene/future-os/pull/744, https://github.com/iamcco/markdown-preview.nvim/issues/343
    ['**复现：**10 轮。**试一试。**a', '[复现：]10 轮。[试一试。]a'],
    // https://github.com/markedjs/marked/issues/3867
    ['testing **abc）**testing', 'testing [abc）]testing'],
    ['**粗体 **文字，**重点： **a', '[粗体 ]文字，[重点： ]a'],
    ['**"คำ"**นี้ คำ**"คำ"**คำ', '["คำ"]นี้ คำ["คำ"]คำ'],
    ['مثال **«كلمة»**و، **سلام:**بعدی، **فارسی؟**بعدی', 'مثال [«كلمة»]و، [سلام:]بعدی، [فارسی؟]بعدی'],
    ['ה**"מילה"**ש, **שלום:**הבא', 'ה["מילה"]ש, [שלום:]הבא'],
    ['**"उदाहरण"**के, **नमस्ते।**अगला', '["उदाहरण"]के, [नमस्ते।]अगला'],
    ['**ខ្មែរ៖**ល្អ **မြန်မာ။**ကောင်း **ລາວ:**ດີ', '[ខ្មែរ៖]ល្អ [မြန်မာ။]ကောင်း [ລາວ:]ດີ'],
    ['**«Слово»**а, **Ελλάδα:**ναι', '[«Слово»]а, [Ελλάδα:]ναι'],
  ])('of any script is as it is meant: %s', (source, shown) => {
    expect(emphasised(source)).toBe(shown);
  });

  test.each([
    ['**English:**next **Yes!**So', '[English:]next [Yes!]So'],
    ['**"word"**s, **`fetch`**s and **[link](/a)**s', '["word"]s, [fetch]s and [link]s'],
    ["**l'**eau, **C++**is, **100%**of", "[l']eau, [C++]is, [100%]of"],
    // https://github.com/markedjs/marked/issues/3617
    ['**Mark(🚩)**down', '[Mark(🚩)]down'],
    ['word**(bold)**, word**“bold”**', 'word[(bold)], word[“bold”]'],
    ['**Title: **text', '[Title: ]text'],
    ['***"x"***y', '{["x"]}y'],
    ['a**🎉**b **⚠️ Warning:**text ⚠️**(x)**', 'a[🎉]b [⚠️ Warning:]text ⚠️[(x)]'],
    ['# **Note:**text', '[Note:]text'],
    ['| **Note:**a |\n|---|\n| **Key:**b |\n', '[Note:]a[Key:]b'],
    ['**foo "**bar**" foo**', '[foo "[bar]" foo]'],
  ])('is kinder than CommonMark where only emphasis can be meant: %s', (source, shown) => {
    expect(emphasised(source)).toBe(shown);
  });

  test.each([
    'f(a, **kwargs) and g(b, **kwargs)',
    'f(*args,**kwargs) or g(*args,**kwargs)',
    'use **kwargs or **options',
    '2**(n-1) + 2**(n-2), (2**(n-1))**2',
    '(a+b)**2 = (b+a)**2',
    'a**"foo"**, a*"foo"*, ** foo bar**, **foo bar **',
    'snake_case_name and MAX_SIZE',
    '2*(a+b)*c, 5 * 3, (x)**(y)**2',
    '/.*abc.*def/',
    // Patterns of file names
    'src/**/*.ts and test/**/*.ts',
    '**/*.ts and **/*.js',
    '"*.ts" and "*.js" (*.a,*.b)',
    'rm /tmp/*.log /var/*.log',
  ])('is none in %s', (source) => {
    expect(emphasised(source)).toBe(source);
  });
});

/** The text of an answer, with its links as `{text}`, or as `{text|address}` where the two differ. */
const linked = (source: string): string =>
  readAnswer(source, (root) => {
    for (const link of root.querySelectorAll('a')) {
      const text = link.textContent;
      link.textContent =
        decodeURI(link.href).replace(/\/$/, '') === text ? `{${text}}` : `{${text}|${link.href}}`;
    }
    return root.textContent;
  });

describe('a bare address', () => {
  test.each([
    // https://github.com/vercel/streamdown/issues/623
    ['https://a.example/b；https://a.example/c；', '{https://a.example/b}；{https://a.example/c}；'],
    ['**https://a.example/b**后续 *https://a.example*后', '{https://a.example/b}后续 {https://a.example}后'],
    ['~~https://a.example~~后 **https://a.example/b**c', '{https://a.example}后 {https://a.example/b}c'],
    ['«https://a.example/b» ‹https://a.example›.', '«{https://a.example/b}» ‹{https://a.example}›.'],
    ['"https://a.example","https://b.example"', '"{https://a.example}","{https://b.example}"'],
    ['https://a.example/b، ثم https://a.example؟', '{https://a.example/b}، ثم {https://a.example}؟'],
    ['https://a.example/b। https://a.example/c۔', '{https://a.example/b}। {https://a.example/c}۔'],
    ['✅https://a.example/b✅ https://a.example/c→d', '✅{https://a.example/b}✅ {https://a.example/c}→d'],
    ['https://a.example/bคำ ดูที่https://a.example', '{https://a.example/b}คำ ดูที่{https://a.example}'],
    ['وhttps://a.example/b', 'و{https://a.example/b}'],
    [
      'https://a.example/bｶﾅ https://a.example/c\u200B',
      '{https://a.example/b}ｶﾅ {https://a.example/c}\u200B',
    ],
    ['`x`https://a.example/b`c` https://a.example[^d]', 'x{https://a.example/b}c {https://a.example}[^d]'],
    [
      '\\url{https://a.example/b} https://a.example/{c}/d',
      '\\url{{https://a.example/b}} {https://a.example/{c}/d}',
    ],
    [
      '(https://a.example/b_(c)) （https://a.example/d_(e)）',
      '({https://a.example/b_(c)}) （{https://a.example/d_(e)}）',
    ],
    ['http://localhost:3000，和 http://[::1]:81/b。', '{http://localhost:3000}，和 {http://[::1]:81/b}。'],
  ])('ends where its sentence goes on: %s', (source, shown) => {
    expect(linked(source)).toBe(shown);
  });

  test.each([
    ['https://a.example/b\\_c\\_d', '{https://a.example/b_c_d}'],
    ['https://a.example/?b=1&amp;c=2', '{https://a.example/?b=1&c=2}'],
    ['https://en.example/Michelson–Morley', '{https://en.example/Michelson–Morley}'],
    ['https://a.example/مسار/पथ/中文/b', '{https://a.example/مسار/पथ/中文/b}'],
    ['git@a.example:b/c.git ssh://git@a.example/b', 'git@a.example:b/c.git ssh://git@a.example/b'],
    ['邮箱：a@b.example。', '邮箱：{a@b.example|mailto:a@b.example}。'],
  ])('is as it is meant: %s', (source, shown) => {
    expect(linked(source)).toBe(shown);
  });
});

test('ruby annotations are elements, also while they arrive', () => {
  const source = '<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>です';
  letterByLetter(source, (root) => expect(root.textContent).not.toContain('<'));
  const root = arrive([source]);
  expect(root.querySelector('ruby')!.innerHTML).toBe('漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp>');
  expect(root.textContent).toBe('漢字(かんじ)です');
});

import { stream, typewriter } from 'teleprinter';

const [ask, stop, cut, reload, tab, killMaker, killOther, status, answer, log] = [
  'ask',
  'stop',
  'cut',
  'reload',
  'tab',
  'kill-maker',
  'kill-other',
  'status',
  'answer',
  'log',
].map((id) => document.getElementById(id));
const inMidAnswer = [stop, cut, reload, tab];
const RUNNING = 'break-is-running';

let source;
/** Aborting it is what a broken network looks like to the stream. */
let network = new AbortController();
/** The process that makes the answer, where there are several. */
let maker;

/** @param options How this page comes to the answer: by its question, over a reload, or by its ID. */
async function run({ maker: knownMaker, ...options }) {
  source?.close();
  maker = knownMaker;
  const own = stream('/api/chat', {
    body: { prompt: 'What did a lighthouse keeper do all night?' },
    end: 'end',
    resume: true,
    // For every tab that reads the answer.
    stop: true,
    idempotencyKey: true,
    retry: { delay: 300 },
    fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.any([init.signal, network.signal]) }),
    onOpen({ response }) {
      const process = response?.headers.get('X-Process');
      // The process that the question came to makes the answer.
      if (!location.hash && process) maker ??= process;
      setRunning(true);
      note(`Connected${process ? ` to process ${process}` : ''}.`);
    },
    onReconnect: ({ attempt, delay }) => note(`Lost. Attempt ${attempt} in ${Math.round(delay)} ms.`),
    ...options,
  });
  source = own;
  answer.replaceChildren();
  say('Answering…');
  setRunning(true);
  typewriter(own, answer).finished.catch(() => {
    // The result says what happened.
  });
  const { outcome, text, error } = await own.result;
  if (own !== source) return;
  setRunning(false);
  say(`Ended: ${outcome}. ${text.length} characters. ${error?.message ?? ''}`);
}

function setRunning(isRunning) {
  for (const button of inMidAnswer) button.disabled = !isRunning;
  for (const button of [killMaker, killOther]) button.disabled = !isRunning || !maker;
  if (isRunning) sessionStorage.setItem(RUNNING, maker ?? '');
  else sessionStorage.removeItem(RUNNING);
}

function say(message) {
  status.textContent = message;
  note(message);
}

function note(message) {
  log.append(Object.assign(document.createElement('li'), { textContent: message }));
}

async function kill(number) {
  note(`Killed process ${number}.`);
  await fetch(`/api/kill?process=${number}`, { method: 'POST' });
}

ask.addEventListener('click', () => {
  void run({ resumeKey: 'break' });
});
stop.addEventListener('click', () => source.close());
cut.addEventListener('click', () => {
  note('Cut the connection.');
  network.abort();
  network = new AbortController();
});
reload.addEventListener('click', () => location.reload());
tab.addEventListener('click', () => open(`/break#${source.lastEventId.replace(/:.*/, ':0')}`));
killMaker.addEventListener('click', () => void kill(maker));
killOther.addEventListener('click', () => void kill((Number(maker) % 3) + 1));

const running = sessionStorage.getItem(RUNNING);
if (location.hash) void run({ lastEventId: location.hash.slice(1) });
else if (running !== null) {
  note('Reloaded.');
  void run({ resumeKey: 'break', maker: running || undefined });
}

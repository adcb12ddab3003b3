import { stream, typewriter } from 'teleprinter';

const [ask, stop, cut, reload, tab, killProducer, killOther, status, answer, log] = [
  'ask',
  'stop',
  'cut',
  'reload',
  'tab',
  'kill-producer',
  'kill-other',
  'status',
  'answer',
  'log',
].map((id) => document.getElementById(id));
const answerButtons = [stop, cut, reload, tab];
const RUNNING = 'break-is-running';

let source;
/** Aborting it looks like a broken network to the stream. */
let network = new AbortController();
/** The number of the process that produces the answer, if there are several. */
let producer;

/** @param options How this page gets the answer: by its question, after a reload, or by its ID. */
async function run({ producer: knownProducer, ...options }) {
  source?.close();
  producer = knownProducer;
  const answerStream = stream('/api/chat', {
    body: { prompt: 'What did a lighthouse keeper do all night?' },
    end: 'end',
    resume: true,
    // The stop button stops the answer for every tab that reads it.
    stop: true,
    idempotencyKey: true,
    retry: { delay: 300 },
    fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.any([init.signal, network.signal]) }),
    onOpen({ response }) {
      const process = response?.headers.get('X-Process');
      // The process that receives the question produces the answer.
      if (!location.hash && process) producer ??= process;
      setRunning(true);
      addToLog(`Connected${process ? ` to process ${process}` : ''}.`);
    },
    onReconnect: ({ attempt, delay }) => addToLog(`Lost. Attempt ${attempt} in ${Math.round(delay)} ms.`),
    ...options,
  });
  source = answerStream;
  answer.replaceChildren();
  setStatus('Answering…');
  setRunning(true);
  typewriter(answerStream, answer).finished.catch(() => {
    // `result` reports the outcome.
  });
  const { outcome, text, error } = await answerStream.result;
  if (answerStream !== source) return;
  setRunning(false);
  setStatus(`Ended: ${outcome}. ${text.length} characters. ${error?.message ?? ''}`);
}

function setRunning(isRunning) {
  for (const button of answerButtons) button.disabled = !isRunning;
  for (const button of [killProducer, killOther]) button.disabled = !isRunning || !producer;
  if (isRunning) sessionStorage.setItem(RUNNING, producer ?? '');
  else sessionStorage.removeItem(RUNNING);
}

function setStatus(message) {
  status.textContent = message;
  addToLog(message);
}

function addToLog(message) {
  log.append(Object.assign(document.createElement('li'), { textContent: message }));
}

async function kill(number) {
  addToLog(`Killed process ${number}.`);
  await fetch(`/api/kill?process=${number}`, { method: 'POST' });
}

ask.addEventListener('click', () => {
  void run({ resumeKey: 'break' });
});
stop.addEventListener('click', () => source.close());
cut.addEventListener('click', () => {
  addToLog('Cut the connection.');
  network.abort();
  network = new AbortController();
});
reload.addEventListener('click', () => location.reload());
tab.addEventListener('click', () => open(`/break#${source.lastEventId.replace(/:.*/, ':0')}`));
killProducer.addEventListener('click', () => void kill(producer));
killOther.addEventListener('click', () => void kill((Number(producer) % 3) + 1));

const running = sessionStorage.getItem(RUNNING);
if (location.hash) void run({ lastEventId: location.hash.slice(1) });
else if (running !== null) {
  addToLog('Reloaded.');
  void run({ resumeKey: 'break', producer: running || undefined });
}

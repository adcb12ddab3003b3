import { stream, typewriter } from 'teleprinter';

const [start, cut, close, status, rows, text, metrics] = [
  'start',
  'cut',
  'close',
  'status',
  'rows',
  'text',
  'metrics',
].map((id) => document.getElementById(id));
const region = rows.closest('.scroll');

let source;
/** Aborting it looks like a broken network to the stream. */
let network = new AbortController();

async function run() {
  source?.close();
  rows.replaceChildren();
  text.replaceChildren();
  const answerStream = stream('/api/chat?prompt=tea', {
    end: 'end',
    fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.any([init.signal, network.signal]) }),
    onOpen: () => setStatus('Open.'),
    onReconnect: ({ attempt, delay }) => setStatus(`Lost. Attempt ${attempt} in ${Math.round(delay)} ms…`),
    onEnd: showResult,
  });
  source = answerStream;
  cut.disabled = close.disabled = false;
  setStatus('Connecting…');
  typewriter(answerStream, text);
  try {
    for await (const { id, type, raw } of answerStream) addRow(id, type, raw);
  } catch {
    // `onEnd` shows the outcome.
  }
}

function addRow(id, type, raw) {
  const isAtEnd = region.scrollHeight - region.scrollTop - region.clientHeight < 40;
  const row = rows.insertRow();
  const [, position = ''] = id.split(':');
  row.insertCell().textContent = `…:${position}`;
  row.cells[0].className = 'id';
  row.cells[0].title = id;
  row.insertCell().textContent = type;
  row.insertCell().textContent = raw;
  if (isAtEnd) region.scrollTop = region.scrollHeight;
}

function showResult(result) {
  if (result.outcome !== 'stopped') setStatus(`Ended: ${result.outcome}. ${result.error?.message ?? ''}`);
  else setStatus('Ended: stopped.');
  cut.disabled = close.disabled = true;
  const facts = { outcome: result.outcome, characters: result.text.length, ...result.metrics };
  metrics.replaceChildren(
    ...Object.entries(facts).map(([name, value]) => {
      const fact = document.createElement('div');
      const term = document.createElement('dt');
      const details = document.createElement('dd');
      term.textContent = name;
      details.textContent =
        typeof value === 'number' ? `${Math.round(value)}${name.endsWith('Ms') ? ' ms' : ''}` : value;
      fact.append(term, details);
      return fact;
    }),
  );
}

function setStatus(message) {
  status.textContent = message;
}

start.addEventListener('click', () => void run());
cut.addEventListener('click', () => {
  network.abort();
  network = new AbortController();
});
close.addEventListener('click', () => source.close());
void run();

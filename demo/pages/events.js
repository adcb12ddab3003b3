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
/** Aborting it is what a broken network looks like to the stream. */
let network = new AbortController();

async function run() {
  source?.close();
  rows.replaceChildren();
  text.replaceChildren();
  const own = stream('/api/chat?prompt=tea', {
    end: 'end',
    fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.any([init.signal, network.signal]) }),
    onOpen: () => say('Open.'),
    onReconnect: ({ attempt, delay }) => say(`Lost. Attempt ${attempt} in ${Math.round(delay)} ms…`),
    onEnd: show,
  });
  source = own;
  cut.disabled = close.disabled = false;
  say('Connecting…');
  typewriter(own, text);
  try {
    for await (const { id, type, raw } of own) addRow(id, type, raw);
  } catch {
    // The result, shown by onEnd, says what happened.
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

function show(result) {
  if (result.outcome !== 'stopped') say(`Ended: ${result.outcome}. ${result.error?.message ?? ''}`);
  else say('Ended: stopped.');
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

function say(message) {
  status.textContent = message;
}

start.addEventListener('click', () => void run());
cut.addEventListener('click', () => {
  network.abort();
  network = new AbortController();
});
close.addEventListener('click', () => source.close());
void run();

import { stream, typewriter } from 'teleprinter';

const [form, prompt, send, stop, answer, status] = ['ask', 'prompt', 'send', 'stop', 'answer', 'status'].map(
  (id) => document.getElementById(id),
);

let source;

async function ask() {
  source?.close();
  const own = stream('/api/chat', {
    body: { prompt: prompt.value },
    // The server ends an answer with this event, and can resume by Last-Event-ID.
    end: 'end',
    resume: true,
    idempotencyKey: true,
    stop: true,
    onReconnect: () => say('The connection broke. Going on where it was…'),
    onOpen: () => say('Answering…'),
  });
  source = own;
  answer.innerHTML = '<span class="placeholder">Thinking…</span>';
  say('Asking…');
  setRunning(true);
  const writer = typewriter(own, answer);
  const { outcome, error, metrics } = await own.result;
  // A cut answer rejects; the outcome says it better.
  await writer.finished.catch(() => {});
  if (own !== source) return;
  setRunning(false);
  const time = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
  if (outcome === 'complete') {
    say(
      `Complete. First letter after ${time(metrics.firstTextMs)}, all of it after ${time(metrics.durationMs)}.`,
    );
  } else if (outcome === 'stopped') say('Stopped by you. What had arrived is above.');
  else {
    console.info(error.message);
    const isCut = outcome === 'truncated';
    say(isCut ? 'The connection was lost: this is not the whole answer.' : 'The answer did not come.', true);
  }
}

function setRunning(isRunning) {
  stop.disabled = !isRunning;
  send.textContent = isRunning ? 'Ask anew' : 'Ask';
}

function say(message, isBad = false) {
  status.textContent = message;
  status.classList.toggle('bad', isBad);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void ask();
});
prompt.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  form.requestSubmit();
});
stop.addEventListener('click', () => source.close());
addEventListener('keydown', (event) => {
  if (event.key === 'Escape') source?.close();
});
for (const idea of document.querySelectorAll('.idea')) {
  idea.addEventListener('click', () => {
    prompt.value = idea.textContent;
    form.requestSubmit();
  });
}

import { stream, typewriter } from 'teleprinter';

const [form, prompt, send, stop, answer, status] = ['ask', 'prompt', 'send', 'stop', 'answer', 'status'].map(
  (id) => document.getElementById(id),
);

let source;

async function ask() {
  source?.close();
  const answerStream = stream('/api/chat', {
    body: { prompt: prompt.value },
    // The server ends each answer with this event, and resumes by Last-Event-ID.
    end: 'end',
    resume: true,
    idempotencyKey: true,
    stop: true,
    onReconnect: () => setStatus('The connection broke. Resuming the answer…'),
    onOpen: () => setStatus('Answering…'),
  });
  source = answerStream;
  answer.innerHTML = '<span class="placeholder">Thinking…</span>';
  setStatus('Asking…');
  setRunning(true);
  const writer = typewriter(answerStream, answer, { follow: true });
  const { outcome, error, metrics } = await answerStream.result;
  // Rejects if the answer was cut off; the outcome below reports that.
  await writer.finished.catch(() => {});
  if (answerStream !== source) return;
  setRunning(false);
  const time = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
  if (outcome === 'complete') {
    setStatus(
      `Complete. First letter after ${time(metrics.firstTextMs)}, all of it after ${time(metrics.durationMs)}.`,
    );
  } else if (outcome === 'stopped') setStatus('Stopped by you. The text so far is above.');
  else {
    console.info(error.message);
    const isCut = outcome === 'truncated';
    setStatus(
      isCut ? 'The connection was lost: this is not the whole answer.' : 'The answer did not come.',
      true,
    );
  }
}

function setRunning(isRunning) {
  stop.disabled = !isRunning;
  send.textContent = isRunning ? 'Ask again' : 'Ask';
}

function setStatus(message, isBad = false) {
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

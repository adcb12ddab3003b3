import { stream, typewriter } from 'teleprinter';

const [streams, again, cut, status, wire, parts, text, facts] = [
  'streams',
  'again',
  'cut',
  'status',
  'wire',
  'parts',
  'text',
  'facts',
].map((id) => document.getElementById(id));

let file;
let source;

async function replay(isCut) {
  source?.close();
  for (const pane of [wire, parts, text, facts]) pane.replaceChildren();
  const answerStream = stream(`/api/replay/${file}${isCut ? '?cut' : ''}`, {
    transport: 'fetch',
    reconnect: 'never',
    onEvent: ({ type, raw }) => addLine(wire, type === 'message' ? '' : type, raw),
    onPart: ({ type, ...rest }) => addLine(parts, type, describe(type, rest), type),
    onEnd: (result) => answerStream === source && showResult(result),
  });
  source = answerStream;
  status.textContent = `Replaying ${file}…`;
  status.classList.remove('bad');
  typewriter(answerStream, text);
  await answerStream.result;
}

/** A part in one line. */
function describe(type, part) {
  if (type === 'text' || type === 'reasoning') return JSON.stringify(part.delta);
  if (type === 'tool-call') {
    const input = 'input' in part ? ` → ${JSON.stringify(part.input)}` : '';
    return `${part.name} (${part.id}) ${JSON.stringify(part.delta)}${input}`;
  }
  if (type === 'error') return part.error.message;
  const { raw: _raw, ...usage } = part.usage ?? {};
  return JSON.stringify(type === 'usage' ? usage : part);
}

function addLine(log, name, value, kind = '') {
  const region = log.parentElement;
  const isAtEnd = region.scrollHeight - region.scrollTop - region.clientHeight < 40;
  const line = document.createElement('li');
  const label = document.createElement('b');
  label.textContent = name;
  line.dataset.kind = kind;
  line.append(label, ' ', value);
  log.append(line);
  if (isAtEnd) region.scrollTop = region.scrollHeight;
}

function showResult({ outcome, finishReason, reasoning, toolCalls, usage, error }) {
  if (outcome === 'stopped') return;
  status.textContent = `Ended: ${outcome}. ${error?.message ?? ''}`;
  status.classList.toggle('bad', error !== undefined);
  const shown = {
    format: source.format,
    outcome,
    'finish reason': finishReason ?? 'none',
    tokens: usage ? `${usage.inputTokens ?? '?'} in, ${usage.outputTokens ?? '?'} out` : 'not told',
    'tool calls':
      toolCalls.map(({ name, input }) => `${name}(${JSON.stringify(input)})`).join('\n') || 'none',
    reasoning: reasoning || 'none',
  };
  facts.replaceChildren(
    ...Object.entries(shown).map(([name, value]) => {
      const fact = document.createElement('div');
      const term = document.createElement('dt');
      const details = document.createElement('dd');
      term.textContent = name;
      details.textContent = value;
      fact.append(term, details);
      return fact;
    }),
  );
}

function choose(name) {
  file = name;
  for (const button of streams.children) button.setAttribute('aria-pressed', String(button.value === name));
  void replay(false);
}

const response = await fetch('/api/replay/');
for (const name of await response.json()) {
  const button = document.createElement('button');
  button.value = name;
  button.textContent = name.replace(/\.(sse|ndjson)$/, '');
  button.addEventListener('click', () => choose(name));
  streams.append(button);
}
again.addEventListener('click', () => void replay(false));
cut.addEventListener('click', () => void replay(true));
choose(decodeURIComponent(location.hash.slice(1)) || 'anthropic.sse');

import type { Format } from '../contract/format.ts';
import { formatOfRow } from './row.ts';
import { AGENTS } from './rows-agents.ts';
import { APPS } from './rows-apps.ts';
import { FRAMEWORKS } from './rows-frameworks.ts';
import { MODELS } from './rows-models.ts';

/** The small formats: those that a row of data describes. */
export function rowFormats(): Format[] {
  return [...MODELS, ...AGENTS, ...APPS, ...FRAMEWORKS].map(formatOfRow);
}

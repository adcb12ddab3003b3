/** Summarises measurements. Runs in Node and in pages. */
const sorted = (values) => values.toSorted((a, b) => a - b);

export const median = (values) => sorted(values)[Math.floor(values.length / 2)];
export const percentile = (values, share) =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))];
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

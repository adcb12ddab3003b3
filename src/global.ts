export * from './index.ts';
export { TelePrinterElement } from './define.ts';

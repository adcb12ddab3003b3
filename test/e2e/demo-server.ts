import OpenAI from 'openai';
import { startModel } from '../../demo/model.mjs';
import { startDemo } from '../../demo/server.mjs';

type DemoOptions = Partial<Parameters<typeof startDemo>[0]> & {
  /** Milliseconds between two tokens of the model. @default 1 */
  readonly tokenDelay?: number;
};

/** Starts the demo as `npm run demo` does, with a model of its own. */
export async function startDemoWithModel({ tokenDelay = 1, ...options }: DemoOptions = {}) {
  const model = await startModel({ tokenDelay });
  const openai = new OpenAI({ apiKey: 'none', baseURL: model.baseURL });
  const demo = await startDemo({ port: 0, openai, model: 'test', ...options });
  return {
    url: demo.url,
    model,
    async stop() {
      await demo.stop();
      await model.stop();
    },
  };
}

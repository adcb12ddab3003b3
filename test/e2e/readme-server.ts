import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** The code blocks of the README that can run. */
export const blocks: readonly string[] = Array.from(
  readFileSync('README.md', 'utf8').matchAll(/```(?:html|js)\n(.*?)```/gs),
  ([, code = '']) => code,
);

/** The first server of the README. */
export const serverCode = blocks.find((code) => code.includes('createServer'))!;

/** Runs the README's first server on a free port, with the model at this URL. */
export async function startReadmeServer(baseURL: string) {
  const onFreePort = serverCode.replace(
    '.listen(3000)',
    '.listen(0, function () { console.log(this.address().port); })',
  );
  const running = spawn(process.execPath, ['--input-type=module', '-e', onFreePort], {
    env: { ...process.env, OPENAI_API_KEY: 'none', OPENAI_BASE_URL: baseURL },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(running.stdout, 'data')) as [Buffer];
  return {
    port: Number(port),
    isRunning: () => running.exitCode === null,
    async stop() {
      if (running.exitCode !== null) return;
      running.kill();
      await once(running, 'exit');
    },
  };
}

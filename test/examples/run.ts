import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test, type ExpectStatic, type TestContext } from 'vitest';
import { startModel } from '../../demo/model.mjs';
import { launchChromium } from '../chromium.ts';
import { shareOf } from '../share.ts';
import { names, stepsOf } from './pages.mjs';

interface Manifest {
  readonly type?: string;
  readonly scripts: Readonly<Record<string, string>>;
  dependencies: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

let folder: string;
let packed: string;
let model: Awaited<ReturnType<typeof startModel>>;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'teleprinter-examples-'));
  const name = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { encoding: 'utf8' });
  packed = join(folder, name.trim());
  model = await startModel({ tokenDelay: 5 });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await model.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('each project has a page in docs/guide/start/, and each page a project', () => {
  const projects = readdirSync('examples', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(projects.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
});

describe.each(names)('the page %s', (name) => {
  const files = stepsOf(name).filter(({ path }) => path);

  test('has the files of the project, letter by letter: `npm run examples` writes them', () => {
    expect(Object.fromEntries(files.map(({ path, code }) => [path, code]))).toEqual(sourcesOf(name));
  });

  test('has at most 60 lines to write, and five minutes to read', () => {
    expect(files.reduce((sum, { code }) => sum + code.trimEnd().split('\n').length, 0)).toBeLessThanOrEqual(
      60,
    );
    // 200 words a minute, code included.
    expect(readFileSync(`docs/guide/start/${name}.md`, 'utf8').split(/\s+/).length).toBeLessThan(1000);
  });
});

test.concurrent.for(names)(
  'the page %s makes the project from an empty folder, and it types a whole answer',
  async (name, context) => {
    const shell = new Shell(join(folder, `page-${name}`), await freePort(), context);
    let asked = 0;
    for (const { path, code } of stepsOf(name)) {
      if (path) await shell.write(path, code);
      else {
        for (const command of code.trim().split('\n')) {
          // A command that serves does not end by itself.
          if (!/^npm (start|run dev)$/.test(command)) await shell.run(command);
          else await shell.serve(command, (url) => ask(context.expect, url, `tea ${name} ${++asked}`));
        }
      }
    }
    expect(asked).toBeGreaterThan(0);
    const manifest = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest;
    const own = manifest(`examples/${name}/package.json`);
    const made = manifest(join(await shell.folder(), 'package.json'));
    expect(made).toMatchObject({ type: own.type, scripts: own.scripts });
    expect(majorsOf(made)).toEqual(majorsOf(own));
  },
);

/** What differs from the page's way are the versions: a share of the projects is enough, and `WHOLE=1` tries all. */
test.concurrent.for(shareOf(names, 6))(
  'the project %s, with the versions of its lock file, does the same',
  async (name, context) => {
    const shell = new Shell(join(folder, `project-${name}`), await freePort(), context);
    copy(name, await shell.folder());
    // Not `npm ci`: the packed package is not in the lock file.
    await shell.run('npm install');
    const { scripts } = JSON.parse(readFileSync(`examples/${name}/package.json`, 'utf8')) as Manifest;
    if (scripts.build) await shell.run('npm run build');
    await shell.serve('npm start', (url) => ask(context.expect, url, `tea project ${name}`));
  },
);

/** The packages of a project, each with the major version that it asks for. */
function majorsOf({ dependencies, devDependencies }: Manifest): unknown {
  const all = { ...dependencies, ...devDependencies };
  return Object.fromEntries(
    Object.entries(all).map(([name, range]) => [name, /^\^(\d+)/.exec(range)?.[1] ?? 'file']),
  );
}

/** What somebody does in a terminal: folder and variables stay from one command to the next. */
class Shell {
  readonly #start: string;
  readonly #state: string;
  readonly #port: number;
  readonly #context: TestContext;

  /** @param start The folder to begin in; it is made, empty. */
  constructor(start: string, port: number, context: TestContext) {
    // What an attempt that failed has left is no empty folder.
    rmSync(start, { recursive: true, force: true });
    mkdirSync(start);
    this.#start = start;
    this.#state = `${start}.state`;
    this.#port = port;
    this.#context = context;
    writeFileSync(this.#state, '');
    // At once: to remove all of them takes minutes.
    context.onTestFinished(() => rm(start, { recursive: true, force: true, maxRetries: 3 }));
  }

  get #options() {
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      PORT: String(this.#port),
      OPENAI_API_KEY: 'none',
      OPENAI_BASE_URL: model.baseURL,
      NEXT_TELEMETRY_DISABLED: '1',
      NO_COLOR: '1',
      npm_config_prefer_offline: 'true',
      npm_config_audit: 'false',
    };
    // What the test runner has set is not what a terminal has.
    for (const name of ['NODE_ENV', 'VITEST', 'FORCE_COLOR']) delete env[name];
    return { cwd: this.#start, env };
  }

  /** Runs a command as it stands, but for the package, which is the packed one. */
  async run(command: string): Promise<string> {
    const own = command.replace(/^(npm install .*)\bteleprinter@\S+/, `$1${packed}`);
    const script = `. ${this.#state}\n${own}\n{ export -p; echo cd "$PWD"; } > ${this.#state}`;
    const { stdout } = await promisify(execFile)('bash', ['-ec', script], this.#options);
    return stdout;
  }

  /** Runs a command that serves, does something with the address that it prints, and ends it. */
  async serve(command: string, use: (url: string) => Promise<void>): Promise<void> {
    const script = `. ${this.#state}\n${command}`;
    const server = spawn('bash', ['-ec', script], { ...this.#options, detached: true });
    const exit = once(server, 'exit');
    const isOver = (): boolean => server.exitCode !== null || server.signalCode !== null;
    let log = '';
    for (const output of [server.stdout, server.stderr]) output.on('data', (text) => (log += String(text)));
    const end = (): void => void (isOver() || process.kill(-server.pid!));
    this.#context.onTestFinished(end);
    try {
      await this.#context.expect.poll(() => isOver() || /http:\/\/localhost:\d+/.test(log)).toBe(true);
      await use(/http:\/\/localhost:\d+/.exec(log)?.[0] ?? '');
    } catch (error) {
      throw new Error(`${command}:\n${log}`, { cause: error });
    } finally {
      end();
      await exit;
    }
  }

  /** Saves a file in the folder of now. */
  async write(path: string, text: string): Promise<void> {
    const file = join(await this.folder(), path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** The folder of now. */
  async folder(): Promise<string> {
    return (await this.run('pwd')).trim();
  }
}

/** Asks as a reader does, and sees the whole answer. Tests that run at once have an `expect` of their own. */
async function ask(expect: ExpectStatic, url: string, prompt: string): Promise<void> {
  const page = await browser.newPage();
  const problems: string[] = [];
  const requests = (): number => model.stats.prompts.filter((one) => one === prompt).length;
  const before = requests();
  page.on('console', (message) => {
    // Next's development server greets a page that is not yet ready for it: https://github.com/vercel/next.js/issues/71974
    if (message.text().startsWith('[HMR] Invalid message')) return;
    if (/error|warning/.test(message.type())) problems.push(message.text());
  });
  page.on('pageerror', ({ message }) => problems.push(message));
  // What the build made, in place of what was published.
  await page.route('https://unpkg.com/**', (route) =>
    route.fulfill({
      path: join('dist', basename(new URL(route.request().url()).pathname)),
      contentType: 'text/javascript',
      headers: { 'Access-Control-Allow-Origin': '*' },
    }),
  );
  try {
    await page.goto(url);
    await page.getByLabel('Question').fill(prompt);
    await page.getByRole('button', { name: 'Ask' }).click();
    const done = page.locator('tele-printer:state(done), [role=status]:text-is("complete")');
    await done.waitFor({ timeout: 30_000 });
    await expect.poll(() => page.locator('body').innerText()).toContain('Boil fresh water');
    expect(requests() - before).toBe(1);
    expect(problems).toEqual([]);
  } catch (error) {
    throw new Error(`${await page.locator('body').innerText()}\n${problems.join('\n')}`, { cause: error });
  } finally {
    await page.close();
  }
}

/** The files of a project that are written by hand. */
function sourcesOf(name: string): Record<string, string> {
  const root = join('examples', name);
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const own = files.split('\n').filter((file) => file && !/^package(-lock)?\.json$/.test(file));
  const there = own.filter((file) => existsSync(join(root, file)));
  return Object.fromEntries(there.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

/** Copies a project, with the packed package in place of this repository. */
function copy(name: string, app: string): void {
  cpSync(join('examples', name), app, {
    recursive: true,
    filter: (path) => !/\/(node_modules|dist|\.next)$/.test(path),
  });
  for (const file of ['package.json', 'package-lock.json']) {
    const content = JSON.parse(readFileSync(join(app, file), 'utf8')) as Partial<Manifest> & {
      packages?: Record<string, { dependencies: Record<string, string> }>;
    };
    const { dependencies } = content.packages?.[''] ?? content;
    dependencies!.teleprinter = `file:${packed}`;
    for (const path of ['../..', 'node_modules/teleprinter']) delete content.packages?.[path];
    writeFileSync(join(app, file), JSON.stringify(content));
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

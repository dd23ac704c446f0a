import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { haHosts } from './inventory.ts';
import { createLab } from './lab.ts';
import { inSwitch } from './network.ts';
import { runtimeFolder } from './paths.ts';
import { type Relay, startRelay } from './slack/relay.ts';

/**
 * The demo from outside: boots the hosts, starts the play inside their network, and brings the page to 127.0.0.1.
 * Whatever happens, it leaves nothing running. `demo.ts DEBIAN PORT [--tour]`, checked by demo.mjs.
 */
const [generation, port = '8080', mode] = process.argv.slice(2);
const debian = generation === '13' ? '13' : '12';
const begun = Date.now();
const say = (line: string) => console.log(`[${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s] ${line}`);
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());

const socket = `${runtimeFolder}/page.sock`;
const relay = await openPage();
const lab = await createLab({ debian, timings: 'demo', log: say });
let code = 1;
try {
  say(`booting six hosts of Debian ${debian}: etcd, Patroni, PostgreSQL, HAProxy, Keepalived`);
  await lab.up(haHosts);
  if (!stopping.signal.aborted) code = await play();
} catch (error) {
  console.error(`demo: ${error instanceof Error ? error.message : error}`);
} finally {
  say('taking everything down (images and packages stay, so the next start is quick)');
  await lab.down();
  await relay.stop();
}
process.exit(code);

/** Before anything boots: where another demo has the port, its hosts must not be taken down. */
async function openPage(): Promise<Relay> {
  try {
    return await startRelay({ listen: `tcp:127.0.0.1:${port}`, to: `unix:${socket}` });
  } catch (error) {
    console.error(`demo: the page can not have port ${port}: ${error instanceof Error ? error.message : error}`);
    console.error('If another demo runs, end it: only one lab fits on a machine. Otherwise: npm run demo -- --port 8081');
    process.exit(1);
  }
}

async function play(): Promise<number> {
  const inside = fileURLToPath(new URL('./demo-inside.ts', import.meta.url));
  const words = [
    process.execPath,
    '--import',
    import.meta.resolve('tsx'),
    inside,
    debian,
    port,
    socket,
    ...(mode === '--tour' ? ['--tour'] : []),
  ];
  const [program = '', ...args] = inSwitch(words);
  // Its own process group: Ctrl-C reaches it through us, in order.
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', program, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  stopping.signal.addEventListener('abort', () => child.kill('SIGTERM'));
  const [exit] = await once(child, 'exit');
  return typeof exit === 'number' ? exit : 1;
}

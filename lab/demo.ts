import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { haHosts } from './inventory.ts';
import { createLab } from './lab.ts';
import { inSwitch } from './network.ts';
import { runtimeFolder } from './paths.ts';
import { startRelay } from './slack/relay.ts';

/**
 * The demo from outside: boots the hosts, starts the play inside their network, and brings the page to 127.0.0.1.
 * Whatever happens, it leaves nothing running.
 */
const { values } = parseArgs({
  options: {
    tour: { type: 'boolean', default: false },
    debian: { type: 'string', default: '12' },
    port: { type: 'string', default: '8080' },
  },
});
const debian = values.debian === '13' ? '13' : '12';
const begun = Date.now();
const say = (line: string) => console.log(`[${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s] ${line}`);
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());

const lab = await createLab({ debian, timings: 'demo', log: say });
const socket = `${runtimeFolder}/page.sock`;
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
}
process.exit(code);

async function play(): Promise<number> {
  const inside = fileURLToPath(new URL('./demo-inside.ts', import.meta.url));
  const words = [
    process.execPath,
    '--import',
    import.meta.resolve('tsx'),
    inside,
    debian,
    values.port,
    socket,
    ...(values.tour ? ['--tour'] : []),
  ];
  const [program = '', ...args] = inSwitch(words);
  // Its own process group: Ctrl-C reaches it through us, in order.
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', program, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const relay = await startRelay({ listen: `tcp:127.0.0.1:${Number(values.port)}`, to: `unix:${socket}` });
  stopping.signal.addEventListener('abort', () => child.kill('SIGTERM'));
  const [exit] = await once(child, 'exit');
  await relay.stop();
  return typeof exit === 'number' ? exit : 1;
}

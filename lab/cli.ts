import { parseArgs } from 'node:util';
import { z } from 'zod';
import { initOf, memoryOf } from './cgroups.ts';
import { whatIsMissing } from './health.ts';
import { allHosts, type HostName, haHosts, hostNamed, hosts, isHostName, ledger, network } from './inventory.ts';
import { createLab, type Lab, takeDownAnyLab } from './lab.ts';
import { cutHosts, inSwitch, switchIsUp } from './network.ts';
import { readRuntime } from './runtime.ts';
import { attach } from './attach.ts';

const USAGE = `npm run lab -- COMMAND

  up [HOST...] [--ha] [--debian 12|13] [--timings test|demo] [--pgdata-limit SIZE]
                  boot hosts (default: all nine; --ha: the six of the Patroni cluster) and wait for health;
                  all nine: sa2 then streams from sa1
  pair            boot sa1 and sa2 and make sa2 a streaming standby of sa1: the cluster ${ledger.name}
  down            leave nothing running or mounted; images, keys and snapshots stay
  status          hosts, addresses, memory, and what the cluster lacks to be healthy
  crash HOST      power off, as if the plug was pulled
  cut HOST        take the network cable out
  heal HOST       put the cable in, boot if it is off
  reset           back to a fresh healthy cluster
  exec HOST CMD.. run a command on a host by its console, as root
  ssh HOST [CMD..]  log in to a host as root
  net CMD..       run a command of this machine inside the lab's network (namespace ${network.namespace})

hosts: ${allHosts.join(' ')}`;

const Options = z.object({
  ha: z.boolean().default(false),
  debian: z.enum(['12', '13']).optional(),
  timings: z.enum(['test', 'demo']).optional(),
  'pgdata-limit': z
    .string()
    .regex(/^\d+[MG]$/, 'write it like 512M or 2G')
    .optional(),
});
type Options = z.infer<typeof Options>;

const say = (line: string) => console.log(line);

/** Runs one command of `npm run lab`. Returns the exit code. */
export async function cli(argv: readonly string[]): Promise<number> {
  const [command = 'help', ...rest] = argv;
  if (command === 'exec' || command === 'ssh' || command === 'net') return remote(command, rest);
  const { values, positionals } = parseArgs({ args: rest, allowPositionals: true, options: flags });
  return change(command, Options.parse(values), positionals);
}

const flags = {
  ha: { type: 'boolean' },
  debian: { type: 'string' },
  timings: { type: 'string' },
  'pgdata-limit': { type: 'string' },
} as const;

async function change(command: string, options: Options, names: readonly string[]): Promise<number> {
  const commands: Readonly<Record<string, () => Promise<unknown>>> = {
    up: () => bringUp(options, names.map(hostFrom)),
    pair: () => timed('pair', async () => (await openLab(options)).streamingPair()),
    down: () => timed('down', takeDownAnyLab),
    status,
    reset: () => timed('reset', async () => (await openLab(options)).reset()),
    crash: () => timed('crash', async () => (await openLab(options)).crash(one(names))),
    cut: () => timed('cut', async () => (await openLab(options)).cut(one(names))),
    heal: () => timed('heal', async () => (await openLab(options)).heal(one(names))),
  };
  const chosen = commands[command];
  if (chosen === undefined) {
    say(USAGE);
    return command === 'help' ? 0 : 64;
  }
  await chosen();
  return 0;
}

async function bringUp(options: Options, names: readonly HostName[]): Promise<void> {
  const several = options.ha ? haHosts : allHosts;
  await timed('up', async () => {
    const lab = await openLab(options);
    await lab.up(names.length > 0 ? names : several);
    if (names.length === 0 && !options.ha) await lab.streamingPair();
  });
}

/** The lab that is up, or the one that the options describe; an option that is not given is as it is in the lab that is up. */
async function openLab(options: Options): Promise<Lab> {
  const present = await readRuntime();
  return createLab({
    debian: options.debian ?? present?.debian,
    timings: options.timings ?? present?.timings,
    pgdataLimit: options['pgdata-limit'] ?? present?.pgdataLimit,
    log: say,
  });
}

async function status(): Promise<void> {
  const present = await readRuntime();
  if (present === undefined) return say('the lab is down');
  say(
    `Debian ${present.debian}, ${present.timings} timings, in ${present.folder}${present.whole ? '' : ' (half made: run up or down)'}`,
  );
  const cut = await cutHosts();
  for (const { name, address, role } of hosts) {
    const power = initOf(name) === undefined ? 'off' : 'on';
    const memory = power === 'on' ? `${Math.round((memoryOf(name) ?? 0) / 1_048_576)} MiB` : '';
    say(
      `${name}  ${address.padEnd(11)}  ${role.padEnd(10)}  ${power.padEnd(3)}  ${cut.has(name) && power === 'on' ? 'cut  ' : ''}${memory}`,
    );
  }
  const missing = await whatIsMissing();
  say(missing.length === 0 ? 'the cluster is healthy' : `missing: ${missing.join('; ')}`);
}

async function remote(command: 'exec' | 'ssh' | 'net', rest: readonly string[]): Promise<number> {
  if (!switchIsUp()) throw new Error('the lab is down: run `npm run lab -- up` first');
  if (command === 'net') return attach(inSwitch(rest));
  const [name = '', ...argv] = rest;
  const host = hostNamed(hostFrom(name));
  if (command === 'exec') {
    const init = initOf(host.name);
    if (init === undefined) throw new Error(`${host.name} is off: run \`npm run lab -- heal ${host.name}\` first`);
    return attach(['nsenter', '-t', String(init), '-a', '--', ...argv]);
  }
  const { secrets } = await openLab({ ha: false });
  const options = [
    '-F',
    '/dev/null',
    '-i',
    secrets.lab.path,
    '-o',
    `UserKnownHostsFile=${secrets.knownHosts}`,
    '-o',
    'ConnectTimeout=5',
  ];
  return attach(inSwitch(['ssh', ...options, `root@${host.address}`, ...argv]));
}

function hostFrom(text: string): HostName {
  if (isHostName(text)) return text;
  throw new Error(`the lab has no host ${JSON.stringify(text)}; it has ${allHosts.join(', ')}`);
}

function one(names: readonly string[]): HostName {
  if (names.length !== 1) throw new Error(`name one host: ${allHosts.join(', ')}`);
  return hostFrom(names[0] ?? '');
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const started = Date.now();
  await work();
  say(`${what}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

process.exitCode = await cli(process.argv.slice(2)).catch((problem: unknown) => {
  console.error(problem instanceof z.ZodError ? z.prettifyError(problem) : problem instanceof Error ? problem.message : problem);
  return 1;
});

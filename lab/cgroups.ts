import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostName } from './inventory.ts';
import { waitFor } from './wait-for.ts';

const MOUNT = '/sys/fs/cgroup';
const OURS = 'trunkline-lab';

/** The control groups of a host: one on cgroup v2, several where v1 is mounted. Every process of a host is in them, whoever started us. */
export function cgroupsOf(name: HostName): readonly string[] {
  return hierarchies().map((hierarchy) => join(hierarchy, OURS, name));
}

export async function makeCgroups(name: HostName): Promise<void> {
  for (const folder of cgroupsOf(name)) await mkdir(folder, { recursive: true });
}

/** Every process of a host as seen from here, including systemd-nspawn itself. */
export function processesOf(name: HostName): readonly number[] {
  const [first] = cgroupsOf(name);
  return first === undefined ? [] : processesBelow(first);
}

/** The host's PID 1 as seen from here, or undefined when the host is off. */
export function initOf(name: HostName): number | undefined {
  return processesOf(name).find(isInit);
}

/** Bytes that a host's processes hold, page cache included; undefined where the memory controller is not there. */
export function memoryOf(name: HostName): number | undefined {
  for (const folder of cgroupsOf(name))
    for (const file of ['memory.current', 'memory.usage_in_bytes']) {
      const text = readIfThere(join(folder, file));
      if (text !== '') return Number(text);
    }
  return undefined;
}

/** Kills every process of a host at once and waits until they are gone. */
export async function killAll(name: HostName): Promise<void> {
  const init = initOf(name);
  if (init !== undefined) kill(init);
  const gone = () => processesOf(name).map((pid) => `process ${pid} of ${name} ends`);
  try {
    await waitFor(`power off ${name}`, gone, { timeoutMs: 1000, everyMs: 20 });
  } catch {
    for (const pid of processesOf(name)) kill(pid);
    await waitFor(`kill what is left of ${name}`, gone, { timeoutMs: 10_000, everyMs: 50 });
  }
  await removeCgroups(name);
}

export async function removeCgroups(name: HostName): Promise<void> {
  for (const folder of cgroupsOf(name)) await removeTree(folder);
}

/** Removes the lab's own parent groups, when nothing is left in them. */
export async function removeLabCgroups(): Promise<void> {
  for (const hierarchy of hierarchies()) await removeTree(join(hierarchy, OURS));
}

function hierarchies(): readonly string[] {
  if (existsSync(join(MOUNT, 'cgroup.controllers'))) return [MOUNT];
  return ['unified', 'systemd', 'memory', 'pids', 'cpu'].map((name) => join(MOUNT, name)).filter((path) => existsSync(path));
}

function processesBelow(folder: string): number[] {
  const own = readIfThere(join(folder, 'cgroup.procs')).split('\n').filter(Boolean).map(Number);
  return [...own, ...subfolders(folder).flatMap((name) => processesBelow(join(folder, name)))];
}

function isInit(pid: number): boolean {
  const ids = /^NSpid:\s+(.*)$/m.exec(readIfThere(`/proc/${pid}/status`))?.[1]?.split(/\s+/) ?? [];
  return ids.length > 1 && ids.at(-1) === '1';
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (problem) {
    if (!(problem instanceof Error && 'code' in problem && problem.code === 'ESRCH')) throw problem;
  }
}

async function removeTree(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const name of subfolders(folder)) await removeTree(join(folder, name));
  // Tasks that are dead already can keep a group busy for a moment.
  const busy = async () => {
    try {
      await rmdir(folder);
      return [];
    } catch (problem) {
      if (problem instanceof Error && 'code' in problem && problem.code === 'EBUSY') return ['its tasks are gone'];
      throw problem;
    }
  };
  await waitFor(`the group ${folder} to be free`, busy, { timeoutMs: 10_000, everyMs: 50 });
}

function subfolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // processes and groups end while we look
  }
}

import { refusal, unreachable } from '../core/errors.ts';
import {
  armResume,
  disarmResume,
  pausePooler,
  type PoolerTarget,
  resumePooler,
  showTimer,
  tryConsole,
  writePassfile,
} from './pooler-commands.ts';
import { repeatable } from './repeatable.ts';
import type { SshPool } from './ssh-pool.ts';

/** The host of one PgBouncer, over ssh. */
export interface PoolerHost {
  /** Gives the host the password, tries it, and arms the timer anew. @throws TrunklineError when the timer would not work. */
  arm(unit: string, password: string, signal?: AbortSignal): Promise<void>;
  /** False when not everything was paused within 2 s. @throws Refusal when the timer is not armed, so that nothing was paused. */
  pause(unit: string, signal?: AbortSignal): Promise<boolean>;
  resume(signal?: AbortSignal): Promise<void>;
  /** A timer that is gone already is no error. */
  disarm(unit: string, signal?: AbortSignal): Promise<void>;
  timer(unit: string): Promise<{ readonly active: boolean; readonly ageMs: number }>;
}

export function createPoolerHost(ssh: SshPool, name: string, target: PoolerTarget): PoolerHost {
  const disarm = async (unit: string, signal?: AbortSignal) => {
    const { code, stderr } = await ssh.run(name, disarmResume(unit), repeatable(signal));
    // 5: there is no such unit (systemctl(1) follows LSB).
    if (code !== 0 && code !== 5)
      throw unreachable(`the resume timer on ${name} cannot be stopped: ${stderr.trim().slice(0, 200)}`, 'It ends by itself.');
  };
  return {
    disarm,
    async arm(unit, password, signal) {
      const fields = [target.host, String(target.port), '*', target.adminUser, password];
      const line = fields.map((field, at) => (at === 2 ? field : field.replace(/[\\:]/g, '\\$&'))).join(':');
      await ssh.mustRun(name, writePassfile(target), { stdin: `${line}\n`, ...repeatable(signal) });
      await ssh.mustRun(name, tryConsole(target), repeatable(signal));
      await disarm(unit, signal);
      await ssh.mustRun(name, armResume(target, unit), signal ? { signal } : {});
    },
    async pause(unit, signal) {
      const { code, stderr } = await ssh.run(name, pausePooler(target, `${unit}`), signal ? { signal } : {});
      if (code === 75) throw refusal(`the resume timer on ${name} is not armed, so it was not paused`, 'Ask again.');
      if (code === undefined || code > 1)
        throw unreachable(`PAUSE failed on ${name}: ${stderr.trim().slice(0, 200)}`, 'See to psql and PgBouncer there.');
      return code === 0;
    },
    async resume(signal) {
      await ssh.mustRun(name, resumePooler(target), repeatable(signal));
    },
    async timer(unit) {
      const { stdout } = await ssh.mustRun(name, showTimer(unit), { timeoutMs: 2400, mayRepeat: true });
      return parseTimer(stdout);
    },
  };
}

/** @throws Error for an answer of another form. */
export function parseTimer(text: string): { readonly active: boolean; readonly ageMs: number } {
  const state = /^ActiveState=(\w+)$/m.exec(text)?.[1];
  const since = /^ActiveEnterTimestampMonotonic=(\d+)$/m.exec(text)?.[1];
  const uptime = /^(\d+\.\d+) \d+\.\d+$/m.exec(text)?.[1];
  if (state === undefined || since === undefined || uptime === undefined)
    throw new Error('systemctl answered in an unknown form');
  return { active: state === 'active', ageMs: Math.max(0, Number(uptime) * 1000 - Number(since) / 1000) };
}

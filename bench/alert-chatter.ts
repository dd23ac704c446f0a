import { Etcd3 } from 'etcd3';

export const MEMBERS: readonly string[] = ['pg1', 'pg2', 'pg3'];
/** Patroni's default; a member and the leader's status are written that often. */
const LOOP_WAIT_MS = 10_000;
const TICK_MS = 25;

/** Clusters on one etcd that write what Patroni writes when nothing happens. */
export interface Chatter {
  /** One lost leader: both keys in one revision, as when the lease ends; that revision. */
  lose(name: string): Promise<number>;
  /** The next member takes over, on the next timeline. */
  promote(name: string): Promise<void>;
  stop(): void;
}

export async function startChatter(endpoints: readonly string[], names: readonly string[]): Promise<Chatter> {
  const writer = new Etcd3({ hosts: [...endpoints] });
  const leaders = new Map<string, string>(names.map((name) => [name, 'pg1']));
  const timelines = new Map(names.map((name) => [name, 1]));
  const put = async (key: string, value: unknown) => {
    await writer.put(`/service/${key}`).value(typeof value === 'string' ? value : JSON.stringify(value));
  };
  let lsn = 67_108_960;
  const member = (name: string, who: string) => {
    lsn += 1;
    const leads = leaders.get(name) === who;
    return put(`${name}/members/${who}`, {
      ...{ conn_url: 'postgres://10.0.0.11:5432/postgres', api_url: 'http://10.0.0.11:8008/patroni', version: '4.0.7' },
      ...{ state: leads ? 'running' : 'streaming', role: leads ? 'primary' : 'replica' },
      ...{ ...(leads ? {} : { replication_state: 'streaming' }), xlog_location: lsn, timeline: timelines.get(name) },
    });
  };
  const status = (name: string) => put(`${name}/status`, { optime: lsn, slots: { pg2: lsn, pg3: lsn }, retain_slots: [] });
  for (let at = 0; at < names.length; at += 50) {
    await Promise.all(
      names.slice(at, at + 50).map(async (name) => {
        await put(`${name}/config`, { ttl: 30, loop_wait: 10, retry_timeout: 10 });
        await put(`${name}/initialize`, '7711123950511697988');
        await put(`${name}/history`, '[]');
        await Promise.all([...MEMBERS.map((who) => member(name, who)), status(name)]);
        await put(`${name}/leader`, 'pg1');
      }),
    );
  }
  const turns = names.flatMap((name) => [...MEMBERS.map((who) => () => member(name, who)), () => status(name)]);
  const stop = steadily(turns);
  return {
    async lose(name) {
      const keys = ['leader', `members/${leaders.get(name)}`].map((key) => Buffer.from(`/service/${name}/${key}`));
      const { header } = await writer.kv.txn({ success: keys.map((key) => ({ request_delete_range: { key } })) });
      return Number(header.revision);
    },
    async promote(name) {
      const next = MEMBERS[(MEMBERS.indexOf(leaders.get(name) ?? '') + 1) % MEMBERS.length] ?? 'pg2';
      leaders.set(name, next);
      await put(`${name}/leader`, next);
      const timeline = timelines.get(name) ?? 1;
      await put(`${name}/history`, [[timeline, lsn, 'no recovery target specified', new Date().toISOString(), next]]);
      timelines.set(name, timeline + 1);
      await member(name, next);
    },
    stop() {
      stop();
      writer.close();
    },
  };
}

/** Each turn once in `LOOP_WAIT_MS`, evenly. */
function steadily(turns: readonly (() => Promise<unknown>)[]): () => void {
  const begun = performance.now();
  let done = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - begun) / LOOP_WAIT_MS) * turns.length);
    for (; done < due; done += 1) turns[done % turns.length]?.().catch(() => undefined);
  }, TICK_MS);
  return () => clearInterval(timer);
}

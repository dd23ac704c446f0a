import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { neededBy } from '../../src/config/secret-roles.ts';
import { ConfigSchema } from '../../src/config/schema.ts';
import { runProgram } from '../../src/program.ts';

const example = readFileSync(new URL('../../docs/trunkline.example.yml', import.meta.url), 'utf8');
const BOT = { bot: true, worker: false };
const WORKER = { bot: false, worker: true };

/** Every secret and every file of a key that a configuration can name, and what it opens. A new one has to be put here. */
const PLACES: Readonly<Record<string, 'reads' | 'changes' | 'own' | 'tells' | 'login of ssh'>> = {
  'slack.botToken': 'own',
  'slack.appToken': 'own',
  'slack.signingSecret': 'own',
  'redis.password': 'own',
  'redis.sentinelPassword': 'own',
  'redis.tls.cert': 'own',
  'redis.tls.key': 'own',
  'audit.signingKey': 'own',
  'totp.key': 'own',
  'totp.oldKeys[0]': 'own',
  'alerts.targets[0].webhook.url': 'tells',
  'alerts.targets[0].webhook.secret': 'tells',
  'alerts.targets[0].webhook.tls.cert': 'tells',
  'alerts.targets[0].webhook.tls.key': 'tells',
  'alerts.targets[0].pagerduty.routingKey': 'tells',
  'alerts.targets[0].pagerduty.url': 'tells',
  'alerts.targets[0].email.password': 'tells',
  'alerts.targets[0].email.tls.cert': 'tells',
  'alerts.targets[0].email.tls.key': 'tells',
  'alerts.heartbeat.url': 'tells',
  'etcds[0].password': 'reads',
  'etcds[0].tls.cert': 'reads',
  'etcds[0].tls.key': 'reads',
  'clusters[0].patroni.password': 'changes',
  'clusters[0].patroni.changes.cert': 'changes',
  'clusters[0].patroni.changes.key': 'changes',
  'clusters[0].patroni.joins.superuser.password': 'changes',
  'clusters[0].patroni.joins.replication.password': 'changes',
  'clusters[0].patroni.joins.rewind.password': 'changes',
  'clusters[0].patroni.tls.cert': 'reads',
  'clusters[0].patroni.tls.key': 'reads',
  'clusters[0].postgres.password': 'reads',
  'clusters[0].postgres.tls.cert': 'reads',
  'clusters[0].postgres.tls.key': 'reads',
  'clusters[0].rewind.password': 'changes',
  'clusters[0].ssh.privateKeyFile': 'login of ssh',
  'clusters[0].ssh.agent': 'login of ssh',
  'clusters[0].ssh.passphrase': 'login of ssh',
  'clusters[0].ssh.certificateFile': 'login of ssh',
  'clusters[0].ssh.reading.privateKeyFile': 'reads',
  'clusters[0].ssh.reading.agent': 'reads',
  'clusters[0].ssh.reading.passphrase': 'reads',
  'clusters[0].ssh.reading.certificateFile': 'reads',
  'clusters[0].ssh.jump.privateKeyFile': 'reads',
  'clusters[0].ssh.jump.agent': 'reads',
  'clusters[0].ssh.jump.passphrase': 'reads',
  'clusters[0].ssh.jump.certificateFile': 'reads',
  'clusters[0].pgbouncers[0].password': 'changes',
  'clusters[0].pgbouncers[0].statsPassword': 'reads',
  'clusters[0].probe.password': 'changes',
  'clusters[0].probe.tls.cert': 'changes',
  'clusters[0].probe.tls.key': 'changes',
};
const of = (...kinds: readonly string[]) => Object.keys(PLACES).filter((place) => kinds.includes(PLACES[place] ?? ''));

type Schema = { readonly [key: string]: unknown };
const isSchema = (value: unknown): value is Schema => value !== null && typeof value === 'object';
const SECRET = /(password|passphrase|token|secret|key|keys|agent|certificatefile|privatekeyfile)$/i;
const NOT_SECRET = /(sshHostKey|publicKeys|people\[0\]\.keys|teamId)/;

/** The places in the JSON Schema of a configuration whose values are, or name, a secret. */
function secretPlaces(schema: unknown, at = ''): readonly string[] {
  if (!isSchema(schema)) return [];
  const parts = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((one) => (Array.isArray(one) ? one : []));
  const nested = parts.flatMap((one) => secretPlaces(one, at));
  if (isSchema(schema.properties))
    return [
      ...nested,
      ...Object.entries(schema.properties).flatMap(([key, one]) => secretPlaces(one, at === '' ? key : `${at}.${key}`)),
    ];
  if (isSchema(schema.items)) return [...nested, ...secretPlaces(schema.items, `${at}[0]`)];
  const isText = schema.type === 'string';
  const pattern = typeof schema.pattern === 'string' ? schema.pattern : '';
  const named = SECRET.test(at.replace(/\[0\]$/, '')) || /\.(cert|key)$/.test(at) || pattern.startsWith('^(env:');
  return isText && named && !NOT_SECRET.test(at) ? [...nested, at] : nested;
}

describe('which process opens which secret', () => {
  it('is said here for every one that a configuration can name, so that a new one is decided on', () => {
    const places = secretPlaces(z.toJSONSchema(ConfigSchema, { io: 'input' }));
    expect([...new Set(places)].sort()).toEqual(Object.keys(PLACES).sort());
  });

  it('is none that changes a cluster in a bot without a worker', () => {
    const needed = neededBy(BOT, { clusters: [{ ssh: { reading: {} } }] });
    expect(of('changes', 'login of ssh').filter(needed)).toEqual([]);
    expect(of('reads', 'own', 'tells').filter((place) => !needed(place))).toEqual([]);
  });

  it('is the common login of ssh in the bot where it has none of its own, of each cluster by itself', () => {
    const needed = neededBy(BOT, { clusters: [{ ssh: {} }, { ssh: { reading: {} } }] });
    expect(of('login of ssh').filter((place) => !needed(place))).toEqual([]);
    expect(needed('clusters[1].ssh.passphrase')).toBe(false);
    for (const tree of [undefined, null, 'x', {}, { clusters: 3 }, { clusters: [null] }])
      expect(neededBy(BOT, tree)('clusters[0].ssh.passphrase')).toBe(true);
  });

  it('is all in a worker but that of one-time codes and of where alerts are told, and all where both are one process', () => {
    expect(Object.keys(PLACES).filter((place) => !neededBy(WORKER, {})(place))).toEqual([
      ...['totp.key', 'totp.oldKeys[0]'],
      ...of('tells'),
    ]);
    expect(Object.keys(PLACES).filter((place) => !neededBy({ bot: true, worker: true }, {})(place))).toEqual([]);
  });

  it('holds in the program itself: the bot touches no file and no variable of what changes, of a whole configuration', async () => {
    const whole = example
      .replace(/# (reading: \{.*\}) .*/, '$1')
      .replace(/# (tls: \{ ca: \/etc\/trunkline\/ca.pem \}) .*/, '$1')
      .replace(/# (changes: \{.*\}) .*/, '$1');
    const touched = async (verb: string) => {
      const read: string[] = [];
      const told: string[] = [];
      await runProgram({
        argv: [verb, '--config', 'whole.yml'],
        env: {},
        readFile(path) {
          if (path === 'whole.yml') return whole;
          read.push(path);
          throw new Error('nothing is there');
        },
        out: () => undefined,
        err: (text) => told.push(text),
        stop: AbortSignal.abort(),
        columns: undefined,
      });
      return [...read, told.join('')].join('\n');
    };
    const changing = [
      'patroni-rest',
      'worker.pem',
      'worker-key',
      'postgres-rewind',
      'postgres-probe',
      'pgbouncer\n',
      'id_ed25519',
    ];
    const [bot, worker] = [`${await touched('bot')}\n`, `${await touched('worker')}\n`];
    expect(changing.filter((file) => bot.includes(file))).toEqual([]);
    expect(changing.filter((file) => !worker.includes(file))).toEqual([]);
    expect(bot).toContain('id_reading');
    expect(bot).toContain('pgbouncer-stats');
  });
});

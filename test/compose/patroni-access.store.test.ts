import { readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { patroniChanges, patroniReads, restEndpoints } from '../../src/compose/patroni-access.ts';
import { ClusterSchema } from '../../src/config/cluster-schema.ts';
import { referencesIn, resolveSecrets } from '../../src/config/secrets.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createMemberWrites } from '../../src/patroni/member-writes.ts';
import { createPatroni } from '../../src/patroni/patroni.ts';
import { createPatroniWrites } from '../../src/patroni/patroni-writes.ts';
import { createAuthority } from '../support/certificates.ts';
import { type PatroniOverTls, patroniOverTls } from '../support/patroni-over-tls.ts';
import { until } from '../support/until.ts';

const [ours, others] = [createAuthority(), createAuthority()];
const server = ours.issue('patroni');
const [reader, changer, stranger] = [ours.issue('reader'), ours.issue('changer'), others.issue('stranger')];
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => {
  ours.remove();
  others.remove();
});

const SIGNAL = new AbortController().signal;
const Patroni = z.record(z.string(), z.unknown());

/** The cluster of one member at this server, as the configuration says it. */
function clusterAt({ port }: PatroniOverTls, patroni: z.input<typeof Patroni>) {
  const cluster = ClusterSchema.parse({
    ...{ name: 'billing', environment: 'production', postgres: { user: 'trunkline' }, patroni },
    members: [{ name: 'pg1', host: '127.0.0.1', restPort: port, dataDirectory: '/var/lib/postgresql/15/main' }],
  });
  const { secrets } = resolveSecrets(referencesIn(cluster), {
    env: { PW: 'pw' },
    readFile: (path) => readFileSync(path, 'utf8'),
  });
  const changes = { members: restEndpoints(cluster), ...patroniChanges(cluster, secrets) };
  const writes = createPatroniWrites(changes);
  const members = createMemberWrites(changes);
  const reads = createPatroni({ members: restEndpoints(cluster), ...patroniReads(cluster, secrets), clock: systemClock });
  closers.push(
    () => writes.close(),
    () => members.close(),
    () => reads.close(),
  );
  return { reads, writes, members };
}

async function patroniWith(of: Partial<Parameters<typeof patroniOverTls>[0]> = {}): Promise<PatroniOverTls> {
  const made = await patroniOverTls({ server, authority: ours, verifyClient: 'none', ...of });
  closers.push(() => made.close());
  return made;
}

const LOGIN = { username: 'patroni', password: 'env:PW' };

describe("Patroni's REST API over https", () => {
  it('is read and changed where our own authority has signed it, with the password for changes alone', async () => {
    const patroni = await patroniWith({ login: 'patroni:pw' });
    const { reads, writes } = clusterAt(patroni, { ...LOGIN, tls: { ca: ours.ca } });
    expect(await reads.config('pg1')).toMatchObject({ ok: true });
    expect(await writes.rest.patchConfig('pg1', { ttl: 30 }, SIGNAL)).toMatchObject({ meaning: 'done' });
    const wrong = clusterAt(patroni, { username: 'patroni', password: `file:${ours.ca}`, tls: { ca: ours.ca } });
    expect(await wrong.writes.rest.patchConfig('pg1', { ttl: 30 }, SIGNAL)).toEqual({
      meaning: 'refused',
      text: 'not authenticated (401)',
    });
  });

  it('with `verify_client: optional` is read by nobody and changed with the certificate of changes', async () => {
    const patroni = await patroniWith({ verifyClient: 'optional', login: 'patroni:pw' });
    const { reads, writes, members } = clusterAt(patroni, { ...LOGIN, tls: { ca: ours.ca }, changes: changer });
    expect(await reads.config('pg1')).toMatchObject({ ok: true });
    expect(await writes.rest.clearRestart('pg1', SIGNAL)).toMatchObject({ meaning: 'done' });
    expect(await members.reload('pg1')).toMatchObject({ status: 200 });
    await until(() => patroni.heard.length >= 3);
    expect(patroni.heard).toEqual(['GET /config, nobody', 'DELETE /restart, changer', 'POST /reload, changer']);
  });

  it('with `verify_client: optional` refuses a change without a certificate, in its own words', async () => {
    const { writes } = clusterAt(await patroniWith({ verifyClient: 'optional' }), { ...LOGIN, tls: { ca: ours.ca } });
    expect(await writes.rest.clearRestart('pg1', SIGNAL)).toEqual({
      meaning: 'refused',
      text: 'client certificate required (403)',
    });
  });

  it('with `verify_client: required` is read with the one certificate and changed with the other', async () => {
    const patroni = await patroniWith({ verifyClient: 'required' });
    const { reads, writes } = clusterAt(patroni, { ...LOGIN, tls: { ca: ours.ca, ...reader }, changes: changer });
    expect(await reads.config('pg1')).toMatchObject({ ok: true });
    expect(await writes.rest.patchConfig('pg1', {}, SIGNAL)).toMatchObject({ meaning: 'done' });
    await until(() => patroni.heard.length >= 2);
    expect(patroni.heard).toEqual(['GET /config, reader', 'PATCH /config, changer']);
  });

  it.each([
    ['no certificate', () => ({})],
    ['a certificate of another authority', () => stranger],
    ['a certificate that has expired', () => ours.issue('old', { days: -1 })],
  ])('with `verify_client: required` hears nothing of who has %s, and they are told so', async (what, own) => {
    const patroni = await patroniWith({ verifyClient: 'required' });
    const { reads, writes } = clusterAt(patroni, { ...LOGIN, tls: { ca: ours.ca, ...own() } });
    const why = what.endsWith('expired')
      ? 'it refuses our TLS client certificate, which has expired'
      : 'it refuses our TLS client certificate, or wants one and none is configured';
    expect(await reads.config('pg1')).toMatchObject({ ok: false, why });
    // Refused and not unknown, so that the run does not wait for something which can't come.
    expect(await writes.switchover({ leader: 'pg1', candidate: 'pg2' })).toMatchObject({ meaning: 'refused', text: why });
    expect(patroni.heard).toEqual([]);
  });

  it.each([
    [
      'another authority',
      () => server,
      () => others.ca,
      'its TLS certificate is signed by an authority that is not the configured `ca`',
    ],
    ['a certificate that has expired', () => ours.issue('late', { days: -1 }), () => ours.ca, 'its TLS certificate has expired'],
    [
      'a certificate of another host',
      () => ours.issue('far', { names: 'IP:10.0.0.1' }),
      () => ours.ca,
      'its TLS certificate is for another name',
    ],
  ])('with %s is told neither password nor wish, and why is said', async (_what, own, ca, why) => {
    const patroni = await patroniWith({ server: own() });
    const { reads, writes, members } = clusterAt(patroni, { ...LOGIN, tls: { ca: ca() } });
    expect(await reads.config('pg1')).toMatchObject({ ok: false, why });
    expect(await writes.rest.patchConfig('pg1', {}, SIGNAL)).toEqual({ meaning: 'refused', text: why });
    expect(await writes.failover({ candidate: 'pg1' })).toMatchObject({ meaning: 'refused', text: why });
    expect(await members.reinitialize('pg1', { force: false })).toMatchObject({ meaning: 'refused', text: why });
    expect(patroni.heard).toEqual([]);
  });
});

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { pinsOf } from '../../src/audit/verify-log.ts';
import { signHead } from '../../src/audit/head-signature.ts';
import type { SignedHead } from '../../src/core/signed-head.ts';
import { type Audit, createAudit } from '../../src/store/audit.ts';
import { type AuditHeads, createAuditHeads } from '../../src/store/audit-heads.ts';
import { keysOf } from '../../src/store/keys.ts';
import { publicKeys, signingKey } from '../support/chain-of.ts';
import { checkedChain } from '../support/checked-chain.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { factsOf } from '../support/store-of.ts';

let server: RedisServer;
let count = 0;
let audit: Audit;
let all: readonly AuditHeads[];
beforeAll(async () => {
  server = await startRedisServer({ appendfsync: 'everysec' });
});
beforeEach(() => {
  count += 1;
  const keys = keysOf(`heads-${count}`);
  audit = createAudit(server.client(), keys);
  all = Array.from({ length: 8 }, () => {
    const client = server.client();
    return createAuditHeads(client, keys, createAudit(client, keys));
  });
});
afterAll(() => server.stop());

const add = (heads: AuditHeads | undefined) =>
  heads?.add({ ...factsOf(), what: 'audit.head', result: 'signed' }, (head) => signHead(signingKey, head, 1));
const claims = async () => (await Promise.all(all.map((heads) => heads.claimPost()))).filter((claim) => claim !== undefined);

it('is signed once by eight processes at once, and not again until the log grows', async () => {
  expect(await add(all[0]), 'an empty log has no end').toBeUndefined();
  await audit.append(factsOf());
  const made = (await Promise.all(all.map(add))).filter((head): head is SignedHead => head !== undefined);
  expect(made).toMatchObject([{ seq: 1 }]);
  expect(await add(all[1]), 'only the head itself came since').toBeUndefined();
  await audit.append(factsOf());
  expect(await add(all[1])).toMatchObject({ seq: 3 });
  expect(await checkedChain(audit)).toMatchObject({ ok: true, entries: 4 });
  expect(
    (await pinsOf(createAuditHeads(server.client(), keysOf(`heads-${count}`), audit).batches(), publicKeys)).pins.map(
      ({ seq }) => seq,
    ),
  ).toEqual([1, 3]);
});

it('signs the end as it is then, when others write meanwhile', async () => {
  await audit.append(factsOf());
  await Promise.all([...Array.from({ length: 30 }, () => audit.append(factsOf())), add(all[0]), add(all[1])]);
  await add(all[2]);
  expect((await checkedChain(audit)).ok).toBe(true);
});

it('is posted by one process, and looked for first when that one may have died after posting', async () => {
  await audit.append(factsOf());
  const head = await add(all[0]);
  if (!head) throw new Error('not signed');
  expect(await claims()).toEqual([{ head, again: false }]);
  expect(await claims(), 'somebody is at it').toEqual([]);
  await server.client().del(keysOf(`heads-${count}`).auditClaim);
  expect(await claims(), 'its claim has ended').toEqual([{ head, again: true }]);
  await all[0]?.posted(head);
  expect(await claims()).toEqual([]);
});

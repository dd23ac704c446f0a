import { afterAll, describe, expect, it } from 'vitest';
import type { HostName } from '../../lab/inventory.ts';
import { cascade, logicalSlots, nosync, synchronous, trio } from '../support/cluster-kinds.ts';
import { ask, debian, useScene } from '../support/scene.ts';

const scene = useScene();
// The next file finds the members and the dynamic configuration as they were.
afterAll(() => scene.lab.reset());

const told = async (words: string): Promise<string> => (await ask(scene, 'olga', words)).shown;
const ends = ' --reason "what it would do" --dry-run';
/** Every runbook of a member, as a dry run; `of` is the member or what it is asked with. */
const dryRuns = (member: HostName) => ({
  switchover: `switchover billing --to ${member}${ends}`,
  restart: `restart billing ${member}${ends}`,
  reinit: `reinit billing ${member} --discard ${member}${ends}`,
  rebuild: `rebuild billing ${member}${ends}`,
});
const FAILOVER = `failover billing --confirm billing${ends}`;

describe(`a cascading replica on Debian ${debian}`, () => {
  it('shows its upstream and how far it is behind it, and no runbook acts on it by guess', async () => {
    const { leader, upstream, cascading } = await trio(scene);
    await cascade(scene, cascading, upstream);
    const status = await told('status billing');
    expect(status).toMatch(new RegExp(`${cascading}: replica, streaming from ${upstream}, .*replays 0 B behind ${upstream}`));
    expect(status).toMatch(new RegExp(`billing: healthy, ${leader} leads`));
    expect(await told('lag billing')).toMatch(
      new RegExp(`${cascading}: streaming, from ${upstream}, .*replays 0 B behind ${upstream}`),
    );
    const slots = await told('slots billing');
    expect(slots).toMatch(/no problem/);
    expect(slots).toMatch(new RegExp(`${cascading}: physical, Patroni's for ${cascading}, used by ${cascading}`));
    for (const member of [leader, upstream, cascading]) {
      const { switchover, restart, reinit } = dryRuns(member);
      const why = new RegExp(`in a cascade: ${cascading} replicates from ${upstream} .*not supported. Take the tag`, 's');
      for (const words of member === leader ? [restart] : [switchover, restart, reinit]) expect(await told(words)).toMatch(why);
    }
    expect(await told(dryRuns(upstream).rebuild)).toMatch(new RegExp(`it streams from ${leader} on timeline \\d+ already`));
    expect(await told(dryRuns(cascading).rebuild)).toMatch(
      new RegExp(`${cascading} streams from the standby ${upstream} on timeline \\d+.*there is nothing to rebuild`),
    );
    expect(await told(FAILOVER)).toMatch(/A failover loses writes that a switchover keeps/);
    await cascade(scene, cascading, undefined);
  });
});

describe(`synchronous mode on Debian ${debian}`, () => {
  it('lets only the sync standby take over, and loses nothing acknowledged with it', async () => {
    const { leader, upstream, cascading } = await trio(scene);
    const sync = (await synchronous(scene, { on: true, strict: false })) as HostName;
    const other = sync === upstream ? cascading : upstream;
    const status = await told('status billing');
    expect(status).toMatch(new RegExp(`${sync}: sync standby, streaming`));
    expect(status).toMatch(new RegExp(`synchronous mode; sync now: ${sync}`));
    expect(await told(dryRuns(other).switchover)).toMatch(
      new RegExp(`Blocked: synchronous mode is on and ${other} is not synchronous.*Choose ${sync}`, 's'),
    );
    expect(await told(dryRuns(sync).switchover)).toMatch(/it could be asked for/);
    expect(await told(`switchover billing${ends}`)).toMatch(new RegExp(`Chosen: ${sync} \\(sync standby`));
    expect(await told(dryRuns(sync).restart)).toMatch(/interrupts nothing.*leader choose another synchronous standby/s);
    expect(await told(FAILOVER)).toMatch(
      new RegExp(`${sync} was a synchronous standby, so every write that ${leader} has acknowledged is on it`),
    );
  });

  it('under strict raises the risk of whatever stops the only sync standby, with the reason', async () => {
    const { leader, upstream, cascading } = await trio(scene);
    await nosync(scene, cascading, true);
    await synchronous(scene, { on: true, strict: true }, upstream);
    expect(await told('status billing')).toMatch(
      new RegExp(
        `If ${upstream} stops, writes stop: .*no other standby can be synchronous \\(${cascading} has the tag nosync\\)`,
      ),
    );
    const reason = new RegExp(
      `writes.*: ${upstream} is the only standby that can be synchronous, and synchronous mode is strict: ${leader} takes no write`,
    );
    const { restart, reinit } = dryRuns(upstream);
    expect(await told(restart)).toMatch(new RegExp(`Risk: interrupts ${reason.source}`));
    expect(await told(reinit)).toMatch(reason);
    const { restart: harmless } = dryRuns(cascading);
    expect(await told(harmless)).toMatch(/Risk: interrupts nothing/);
    await nosync(scene, cascading, false);
    await synchronous(scene, { on: false, strict: false });
  });
});

describe(`logical slots on the leader on Debian ${debian}`, () => {
  it('survive where Patroni keeps them, and it is said of each other one why it does not', async () => {
    const { leader, upstream } = await trio(scene);
    await logicalSlots(scene, { loose: 'cdc', permanent: 'kept' });
    const why = debian === '12' ? 'PostgreSQL 15 has no failover slots' : `it is no failover slot on ${leader}`;
    const said = await told(dryRuns(upstream).switchover);
    expect(said).toMatch(
      new RegExp(
        `Warning: of the logical slots of ${leader}, cdc does not survive: ${why} and Patroni does not keep it; kept survives: ${upstream} has it too`,
      ),
    );
    expect(said).toMatch(/starts over on the new leader/);
    const slots = await told('slots billing');
    expect(slots).toMatch(/cdc: logical \(pgoutput in postgres\).*does not survive a change of the leader/);
    expect(slots).toMatch(/kept: logical \(pgoutput in postgres\), permanent in Patroni's configuration/);
    expect(await told(dryRuns(leader).restart)).toMatch(/leader, timeline and slots stay/);
    expect(await told(dryRuns(upstream).restart)).toMatch(/interrupts nothing/);
  });
});

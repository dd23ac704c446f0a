import { describe, expect, it } from 'vitest';
import { createPaging } from '../../src/paging/paging.ts';
import type { Delivery, Sent, Target } from '../../src/paging/target.ts';
import { notedLog } from '../support/noted-log.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { page } from './page.ts';

type Try = Sent | Error | 'silence';

/** A target that does one after the other of these, and then takes everything. */
function scripted(name: string, tries: readonly Try[], now: () => number) {
  const seen: { readonly atMs: number; readonly id: string; readonly phase: string }[] = [];
  const left = [...tries];
  const target: Target = {
    name,
    async send({ page: { phase }, id, signal }: Delivery) {
      seen.push({ atMs: now(), id, phase });
      const next = left.shift() ?? { ok: true };
      if (next === 'silence') return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      if (next instanceof Error) throw next;
      return next;
    },
  };
  return { target, seen };
}
const busy: Sent = { ok: false, why: 'it answered 503', again: true };

function world(tries: readonly Try[], more: readonly Target[] = []) {
  const clock = virtualClock();
  const { log, lines } = notedLog();
  const { target, seen } = scripted('pager', tries, () => clock.now());
  const ends: (readonly [string, boolean, number])[] = [];
  const paging = createPaging({
    ...{ targets: [target, ...more], clock, log },
    redact: (text) => text.replaceAll('hunter2', '[secret]'),
    ended: (...end) => ends.push(end),
  });
  return { clock, lines, seen, ends, paging };
}

describe('telling an incident beside Slack', () => {
  it('tries again with growing pauses, as one delivery, until the target has it', async () => {
    const { clock, seen, ends, paging } = world([busy, busy, busy]);
    const start = clock.now();
    expect(await clock.drive(paging.tell(page(), ['pager']))).toEqual([{ target: 'pager', ok: true }]);
    expect(seen.map(({ atMs }) => atMs - start)).toEqual([0, 1000, 3000, 7000]);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
    expect(ends).toEqual([['pager', true, 7000]]);
  });

  it('leaves a target alone for as long as it asks, with every incident', async () => {
    const { clock, seen, paging } = world([{ ...busy, waitMs: 60_000 }]);
    const start = clock.now();
    const second = async () => {
      await clock.sleep(10_000);
      return paging.tell(page({ key: 'another' }), ['pager']);
    };
    await clock.drive(Promise.all([paging.tell(page(), ['pager']), second()]));
    expect(seen.map(({ atMs }) => atMs - start)).toEqual([0, 60_000, 60_000]);
  });

  it('gives up after a quarter of an hour, or at once where asking again changes nothing, and says why', async () => {
    const down = world(Array.from({ length: 1000 }, () => busy));
    const [result] = await down.clock.drive(down.paging.tell(page(), ['pager']));
    expect(result).toEqual({ target: 'pager', ok: false, why: 'it answered 503' });
    expect((down.seen.at(-1)?.atMs ?? 0) - (down.seen[0]?.atMs ?? 0)).toBeLessThanOrEqual(15 * 60_000);
    expect(down.lines.filter(({ level }) => level === 'error')).toHaveLength(1);

    const refused = world([{ ok: false, why: 'it answered 401 to hunter2', again: false }]);
    expect(await refused.clock.drive(refused.paging.tell(page(), ['pager']))).toEqual([
      { target: 'pager', ok: false, why: 'it answered 401 to [secret]' },
    ]);
    expect(refused.seen).toHaveLength(1);
    expect(JSON.stringify(refused.lines)).not.toContain('hunter2');
  });

  it('does not wait for a target that wants to be left alone for hours', async () => {
    const { clock, seen, paging } = world([{ ...busy, waitMs: 7_200_000 }]);
    await clock.drive(paging.tell(page(), ['pager']));
    const [second] = await clock.drive(paging.tell(page({ key: 'another' }), ['pager']));
    expect(second).toMatchObject({ ok: false, why: expect.stringContaining('left alone') });
    expect(seen).toHaveLength(1);
  });

  it('ends a try that gets no answer, and one whose connection fails, and tries again', async () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED hunter2'), { code: 'ECONNREFUSED' });
    const { clock, seen, lines, paging } = world(['silence', refused]);
    const start = clock.now();
    expect(await clock.drive(paging.tell(page(), ['pager']))).toMatchObject([{ ok: true }]);
    expect(seen.map(({ atMs }) => atMs - start)).toEqual([0, 11_000, 13_000]);
    expect(lines.map(({ fields }) => fields)).toMatchObject([{ why: 'no answer within 10 s' }, { why: 'connection refused' }]);
  });

  it('keeps the order of what is told of one incident, so that a late trigger does not open again what was resolved', async () => {
    const { clock, seen, paging } = world([busy, busy]);
    const phases = ['open', 'changed', 'resolved'] as const;
    await clock.drive(Promise.all(phases.map((phase) => paging.tell(page({ phase }), ['pager']))));
    expect(seen.map(({ phase }) => phase)).toEqual(['open', 'open', 'open', 'changed', 'resolved']);
  });

  it('lets no target wait for another, and tells each once', async () => {
    const { clock, paging, seen } = world([busy, busy, busy, busy]);
    const other = scripted('hook', [], () => clock.now());
    const both = world([busy], [other.target]);
    await both.clock.drive(both.paging.tell(page(), ['pager', 'hook', 'hook', 'pager']));
    expect(other.seen).toHaveLength(1);
    expect(await clock.drive(paging.tell(page(), ['nobody']))).toEqual([
      { target: 'nobody', ok: false, why: 'there is no such target in the configuration' },
    ]);
    expect(seen).toEqual([]);
  });

  it('says since when its oldest page waits, and ends its tries when it is stopped', async () => {
    const { clock, paging } = world([busy, busy, busy]);
    const start = clock.now();
    expect(paging.oldest()).toBeUndefined();
    const told = paging.tell(page(), ['pager']);
    expect(paging.oldest()).toBe(start);
    paging.stop();
    expect(await clock.drive(told)).toMatchObject([{ ok: false }]);
    expect(paging.oldest()).toBeUndefined();
  });
});

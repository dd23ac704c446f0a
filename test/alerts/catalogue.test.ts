import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/alerts/catalogue.ts';
import { findCommand } from '../../src/ask/find-command.ts';
import { SituationName } from '../../src/core/situation-name.ts';
import { splitWords } from '../../src/core/split-words.ts';
import { load } from '../../src/load.ts';

const { commands } = await load();

const offers = Object.entries(catalogue).flatMap(([situation, entry]) => entry.offers.map((offer) => ({ situation, offer })));

describe('the catalogue of situations', () => {
  it.each(offers)('offers for $situation a command that exists and parses: /pg $offer', ({ offer }) => {
    const typed = offer.replaceAll('CLUSTER', 'billing').replaceAll('ABOUT', 'pg1');
    const { command, words: rest } = findCommand(splitWords(typed), commands);
    const words = rest.filter((word) => word !== '--dry-run');
    if (words.length < rest.length) expect(command.starts, 'only what starts a runbook can be tried dry').toBeDefined();
    expect(() => command.parse(words)).not.toThrow();
  });

  it.each(SituationName.options)('says of %s in whole sentences where to look first and what usually causes it', (name) => {
    const { firstLook, likelyCause, title, offers: some } = catalogue[name];
    for (const sentence of [firstLook, likelyCause]) expect(sentence).toMatch(/^["'\w].*\.$/);
    expect(title).not.toMatch(/[.]$/);
    expect(title.length).toBeLessThan(50);
    expect(some.length).toBeGreaterThan(0);
  });

  it('gives what follows from a lost host or etcd more time than that itself, so that it finds it open', () => {
    const longer = (one: SituationName, ...others: readonly SituationName[]) => {
      for (const other of others) expect(catalogue[other].forMs, `${other} after ${one}`).toBeGreaterThan(catalogue[one].forMs);
    };
    longer('member-gone', 'replication-stopped', 'slot-inactive', 'etcd-member-down', 'no-successor', 'member-stuck');
    longer('etcd-no-quorum', 'dcs-lost', 'failsafe-active', 'no-leader', 'key-without-primary', 'proxy-no-primary');
  });

  it('never tells a plan of ours, a restart of one look or a single lost probe: what may pass lasts for a second look at least', () => {
    const atOnce = Object.entries(catalogue).filter(([, { forMs, clearMs }]) => forMs === 0 && clearMs > 0);
    expect(atOnce.map(([name]) => name).sort()).toEqual(['etcd-alarm', 'etcd-leader-changes', 'timeline-jump']);
  });
});

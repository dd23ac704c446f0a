import { describe, expect, it } from 'vitest';
import { type BreakGlassRule, createBreakGlass } from '../../src/gate/break-glass.ts';
import { eligible } from '../../src/gate/eligible.ts';
import { quietLog } from '../support/quiet-log.ts';

const clusters = [
  { name: 'billing', environment: 'production' },
  { name: 'shop', environment: 'staging' },
];

function glass(changes: Partial<BreakGlassRule> | undefined, groups: readonly string[] | Error = []) {
  const rule = changes && { users: [], groups: [], reviewWithin: 1000, ...changes };
  const identity = async (userId: string) => {
    if (groups instanceof Error) throw groups;
    return { userId, groups };
  };
  return createBreakGlass({ rule, clusters, identity });
}

describe('break-glass', () => {
  it('is for the listed people and the members of the listed groups as they are now', async () => {
    expect(await glass({ users: ['U1'] }).lacks('U1', 'billing')).toBeUndefined();
    expect(await glass({ groups: ['S1'] }, ['S1']).lacks('U2', 'billing')).toBeUndefined();
    expect(await glass({ groups: ['S1'] }, ['S2']).lacks('U2', 'billing')).toContain('not listed');
    expect(await glass({ users: ['U1'] }).lacks('U2', 'billing')).toContain('not listed');
  });

  it('holds where it is granted only, by environment and by cluster', async () => {
    expect(await glass({ users: ['U1'], environments: ['staging'] }).lacks('U1', 'billing')).toContain('does not cover billing');
    expect(await glass({ users: ['U1'], clusters: ['shop'] }).lacks('U1', 'billing')).toContain('does not cover billing');
    expect(
      await glass({ users: ['U1'], clusters: ['billing'], environments: ['production'] }).lacks('U1', 'billing'),
    ).toBeUndefined();
  });

  it('is for nobody without a rule, and when Slack cannot say who is in the group', async () => {
    expect(await glass(undefined).lacks('U1', 'billing')).toContain('lists nobody');
    expect(await glass({ groups: ['S1'] }, new Error('timeout')).lacks('U1', 'billing')).toContain('Slack could not be asked');
  });
});

describe('break-glass by the command line', () => {
  it('asks the word that counts for the way in about groups, because Slack may be down', async () => {
    const asked: string[] = [];
    const rule = { users: [], groups: ['S1'], reviewWithin: 1000 };
    const { lacks } = createBreakGlass({
      rule,
      clusters,
      async identity(userId, via) {
        asked.push(via);
        if (via === 'slack') throw new Error('Slack is down');
        return { userId, groups: ['S1'] };
      },
    });
    expect(await lacks('U1', 'billing', 'cli')).toBeUndefined();
    expect(await lacks('U1', 'billing', 'slack')).toContain('Slack could not be asked');
    expect(await lacks('U1', 'billing')).toContain('Slack could not be asked');
    expect(asked).toEqual(['cli', 'slack', 'slack']);
  });
});

describe('who could still approve', () => {
  const groups: Readonly<Record<string, readonly string[]>> = { S0LEAD: ['U3', 'U4', 'U5'], S0DBA: ['U4', 'U6'] };
  const needs = {
    members: async (group: string) => groups[group] ?? Promise.reject(new Error('timeout')),
    lacks: async (userId: string) => (userId === 'U5' ? 'guests are not served' : undefined),
    log: quietLog,
  };
  const ask = (changes: Partial<Parameters<typeof eligible>[1]> = {}) =>
    eligible(needs, { approvers: { users: ['U1', 'U2'], groups: ['S0LEAD'] }, without: ['U2'], most: 20, ...changes });

  it('is everybody by name and by group, once, without the asker and those whose vote would be refused', async () => {
    expect(await ask()).toEqual({ people: ['U1', 'U3', 'U4'], more: false });
  });

  it('is narrowed to the groups that a policy wants', async () => {
    expect(await ask({ from: ['S0DBA'] })).toEqual({ people: ['U4'], more: false });
  });

  it('is bounded, and says that there are more, because each is a message', async () => {
    expect(await ask({ most: 2 })).toEqual({ people: ['U1', 'U3'], more: true });
  });

  it('says that there may be more when a person could not be asked about, because they may well be able to', async () => {
    const lacks = () => Promise.reject(new Error('timeout'));
    const asked = { approvers: { users: ['U1'], groups: [] }, without: [], most: 20 };
    expect(await eligible({ ...needs, lacks }, asked)).toEqual({ people: [], more: true });
  });

  it('says that there may be more when a group could not be read', async () => {
    expect(await ask({ approvers: { users: ['U1'], groups: ['S0AWAY'] } })).toEqual({ people: ['U1'], more: true });
  });
});

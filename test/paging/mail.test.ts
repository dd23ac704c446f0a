import { describe, expect, it } from 'vitest';
import { mailOf } from '../../src/paging/mail.ts';
import { page } from './page.ts';

const of = (about: Parameters<typeof page>[0] = {}) => mailOf(page(about), 'trunkline@example.com');

describe('a mail about an incident', () => {
  it('says in its subject how bad it is, where and what, as a phone shows it', () => {
    expect(of().subject).toBe('[critical] billing: pg1 lost the leader key and nobody has it now');
    expect(of({ phase: 'resolved', summary: 'pg2 leads' }).subject).toBe('[resolved] billing: pg2 leads');
    expect(of({ phase: 'changed', acknowledgedBy: 'anna' }).subject).toMatch(/^\[critical, acknowledged\]/);
    expect(of({ test: true }).subject).toMatch(/^TEST \[critical\]/);
  });

  it('has the evidence, the time and the link in its text', () => {
    expect(of({ permalink: 'https://x.slack.com/p1' }).text).toBe(`billing: pg1 lost the leader key and nobody has it now

- leader key and member key were deleted in one revision
- at least 16 KiB of WAL are at risk

Situation: failover
Severity: critical
Since: 2026-11-30T02:00:00.000Z
In Slack: https://x.slack.com/p1
`);
  });

  it('is in one thread with all of its incident and with no other, and has its own id, the same at every try', () => {
    const [open, changed, other] = [of(), of({ phase: 'changed' }), of({ key: 'another' })];
    expect(changed.references).toBe(open.references);
    expect(other.references).not.toBe(open.references);
    expect(changed.messageId).not.toBe(open.messageId);
    expect(of().messageId).toBe(open.messageId);
    expect(open.messageId).toMatch(/^<[0-9a-f]{32}\.[0-9a-f]{32}@example\.com>$/);
  });

  it('can not be given headers by what a host said', () => {
    expect(of({ summary: 'x\r\nBcc: evil@example.com' }).subject).not.toMatch(/[\r\n]/);
  });
});

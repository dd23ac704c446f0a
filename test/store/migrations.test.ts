import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { debtRecord } from '../../src/store/migrations/debt.ts';
import { incidentRecord } from '../../src/store/migrations/incident.ts';
import { journalRecord } from '../../src/store/migrations/journal-entry.ts';
import { leaderChangeRecord } from '../../src/store/migrations/leader-change.ts';
import { readJsonRecord, readRecord, type RecordKind } from '../../src/store/migrations/record-kind.ts';
import { runRecord } from '../../src/store/migrations/run.ts';

const folder = new URL('records/', import.meta.url);
const kinds: Readonly<Record<string, RecordKind<unknown>>> = {
  debt: debtRecord,
  incident: incidentRecord,
  'journal-entry': journalRecord,
  'leader-change': leaderChangeRecord,
  run: runRecord,
};
const examples = readdirSync(folder).map((file) => {
  const [name = '', version = ''] = file.split('.');
  return { file, name, version: Number(version.slice(1)), text: readFileSync(new URL(file, folder), 'utf8') };
});

describe('stored records of every version that a release has written', () => {
  it.each(examples)('$file is read as the newest version, and nothing of it is lost', ({ name, version, text }) => {
    const kind = kinds[name];
    if (!kind) throw new Error(`no kind of record for ${name}`);
    const stored: object = JSON.parse(text);
    const read = readJsonRecord(kind, text);
    expect(read).toMatchObject({ record: { ...stored, version: kind.version }, migrated: version < kind.version });
  });

  it('have an example of each kind and of its newest version', () => {
    for (const [name, { version }] of Object.entries(kinds))
      expect(
        examples.some((one) => one.name === name && one.version === version),
        `${name}.v${version}.json`,
      ).toBe(true);
  });

  it('gives a run of version 1 the meaning that it had: any approver votes, nothing is scheduled or taken over', () => {
    const v1 = examples.find(({ file }) => file === 'run.v1.json')?.text ?? '';
    const read = readJsonRecord(runRecord, v1);
    if (!('record' in read)) throw new Error(read.says);
    const { approvalsFrom, confirmByAsker, scheduledAtMs, takesOver } = read.record;
    expect([approvalsFrom, confirmByAsker, scheduledAtMs, takesOver]).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('a record that this release can not read', () => {
  it('is told as of a newer release, whatever else it holds', () => {
    expect(readRecord(runRecord, { version: 3, id: 'r1', surprise: true })).toEqual({
      unreadable: 'newer',
      says: 'a newer release of Trunkline wrote it (run version 3; this one knows 2)',
    });
  });

  it.each([['{'], ['[]'], ['null'], ['{"version":"x"}'], ['{"version":-1}'], ['{"version":2}']])(
    '%s is told as broken, never thrown',
    (text) => {
      expect(readJsonRecord(runRecord, text)).toMatchObject({
        unreadable: 'broken',
        says: expect.stringMatching(/^it can not be read/),
      });
    },
  );
});

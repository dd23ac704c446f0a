import { existsSync } from 'node:fs';
import type { ChainReport, Pin } from './audit/chain-check.ts';
import type { PublicKeys } from './audit/keys.ts';
import { reportLines } from './audit/report-words.ts';
import { compare, firstIn, pinsOf, verifyChain, verifyFiles, type VerifyOptions } from './audit/verify-log.ts';
import { type AuditPlaces, entryNumber, needsRedis, nowMs, publicKeys, type RedisLog, withRedis } from './audit-places.ts';
import type { AuditOptions } from './audit-options.ts';
import { duration } from './config/fields.ts';
import type { Config } from './config/schema.ts';
import type { Secrets } from './config/secrets.ts';
import { refusal } from './core/errors.ts';

/** What was found, over all places. */
interface Findings {
  add(place: string, report: ChainReport): void;
  fault(place: string, says: string): void;
  note(says: string): void;
}

/** `trunkline audit verify`: 0 when everything is whole, 1 when anything is not. @throws TrunklineError. */
export async function verifyAudit(places: AuditPlaces, options: AuditOptions): Promise<number> {
  const range = { from: entryNumber(options.from, '--from'), to: entryNumber(options.to, '--to') };
  const pins = (options.head ?? []).map(pinOf);
  let faults = 0;
  const openAfterMs = openAfter(options['open-after']);
  const findings: Findings = {
    add(place, report) {
      faults += report.faultCount;
      for (const line of reportLines(place, report, { nowMs: nowMs(), openAfterMs })) places.out(`${line}\n`);
    },
    fault(place, says) {
      faults += 1;
      places.out(`FAULT ${place}: ${says}\n`);
    },
    note: (says) => places.out(`${says}\n`),
  };
  if (options.file && !options.redis) {
    const configured = options['public-key'] || !options.config ? undefined : places.readConfig(options.config, isOfAudit);
    const keys = publicKeys(options['public-key'], places, configured);
    const report = await verifyFiles(options.file, { ...range, pins, keys });
    findings.add(options.file.join(', '), report);
    if (report.first > 1 && range.from === undefined)
      findings.note(
        `Were the entries before ${report.first} rotated away? Name their files first, or give --from ${report.first}.`,
      );
  } else await withConfig(places, options, { range, pins, findings });
  places.out(faults === 0 ? 'The audit log is whole.\n' : `The audit log is NOT whole: ${faults} fault(s).\n`);
  return faults === 0 ? 0 : 1;
}

interface Wanted {
  readonly range: Pick<VerifyOptions, 'from' | 'to'>;
  readonly pins: readonly Pin[];
  readonly findings: Findings;
}

async function withConfig(places: AuditPlaces, options: AuditOptions, wanted: Wanted): Promise<void> {
  const given = options['public-key'];
  const configured = places.readConfig(options.config, (path) => needsRedis(path) || (given === undefined && isOfAudit(path)));
  const keys = publicKeys(given, places, configured);
  await withRedis(configured, places.err, (log) => verifyBoth(log, { ...wanted, keys, files: filesOf(options, configured) }));
}

function filesOf(options: AuditOptions, { config }: { config: Config; secrets: Secrets }): Files {
  if (options.file) return { files: options.file, own: undefined };
  const { file } = config.audit;
  return options.redis || file === undefined ? { files: [], own: undefined } : { files: [file], own: file };
}

interface Files {
  readonly files: readonly string[];
  /** The one of the configuration, when it is that. */
  readonly own: string | undefined;
}

async function verifyBoth(log: RedisLog, wanted: WantedFiles): Promise<void> {
  const { range, pins, keys, findings, files } = wanted;
  const beside = await pinsOf(log.heads.batches(), keys);
  for (const fault of beside.faults) findings.fault('Redis', fault);
  const all = [...pins, ...beside.pins];
  findings.add('Redis', await verifyChain(log.chain, { ...range, keys, pins: all }));
  if (files.own === undefined) await verifyGiven(log, { ...wanted, pins: all });
  else if (existsSync(files.own)) await verifyOwn(log, { ...wanted, own: files.own });
  else findings.fault(files.own, 'the file is not there');
}

async function verifyGiven(log: RedisLog, { range, pins, keys, findings, files: { files } }: WantedFiles): Promise<void> {
  if (files.length === 0) return;
  findings.add(files.join(', '), await verifyFiles(files, { ...range, keys, pins }));
  for (const difference of await compare(files, log.chain, range)) findings.fault(files.join(', '), difference);
}

/** The file that is written now: it may have been rotated, and be some entries behind, but never behind what it has held. */
async function verifyOwn(log: RedisLog, { range, keys, findings, own }: WantedFiles & { own: string }): Promise<void> {
  const first = await firstIn([own]);
  if (first === 0)
    return findings.note(`${own}: is empty, as after a rotation; older files are checked with --file FILE... --redis`);
  const { mine } = await log.follower.filed();
  const pins = mine ? [{ ...mine, source: `entry ${mine.seq}, which the file has held,` }] : [];
  const from = range.from ?? (first > 1 ? first : undefined);
  const report = await verifyFiles([own], { ...range, from, keys, pins });
  findings.add(own, report);
  if (first > 1)
    findings.note(
      `${own}: begins at entry ${first}; the ones before are in older files, which --file FILE... --redis checks too`,
    );
  for (const difference of await compare([own], log.chain, range)) findings.fault(own, difference);
  const ahead = (await log.follower.head()).seq - report.head.seq;
  if (ahead > 0 && range.to === undefined)
    findings.note(`${own}: Redis holds ${ahead} entries more, which are not written to the file yet`);
}

type WantedFiles = Wanted & { readonly keys: PublicKeys; readonly files: Files };

const isOfAudit = (path: string) => path.startsWith('audit.');

/** `SEQ:HASH` as the audit channel shows it, with or without the spaces. */
function pinOf(text: string): Pin {
  const [, seq, hash] = /^(\d+):([0-9a-f]{16,64})$/.exec(text.replaceAll(/\s/g, '').toLowerCase()) ?? [];
  if (seq !== undefined && hash !== undefined) return { seq: Number(seq), hash, source: `entry ${seq}, as given with --head,` };
  throw refusal(
    `--head '${text}' is not SEQ:HASH`,
    'Copy number and hash from a message in the audit channel; 16 digits are enough.',
  );
}

function openAfter(text = '24h'): number {
  const parsed = duration().safeParse(text);
  if (parsed.success) return parsed.data;
  throw refusal(`--open-after '${text}' is no duration`, 'Give a number and ms, s, m, h or d, such as 24h.');
}

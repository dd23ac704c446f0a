import { blocked, type Check, passed, warned } from '../core/check.ts';
import { known } from '../core/reading.ts';
import { formatBytes, formatDuration } from '../core/units.ts';
import { NO_RATE_LIMIT } from '../core/rate-text.ts';
import { memberIn } from './bootstrap-facts.ts';
import type { BootstrapScene } from './bootstrap-scene.ts';

/** What the primary must have before anything is copied from it. */
export function bootstrapPrimaryChecks(scene: BootstrapScene): readonly Check[] {
  return [notTaken(scene), ...copySourceChecks(scene)];
}

/** The same for a member whose name is known there already. */
export function copySourceChecks(scene: BootstrapScene): readonly Check[] {
  return [walLevel(scene), senders(scene), slots(scene), accessCheck(scene), noOtherCopy(scene), ...walDuringCopy(scene)];
}

function notTaken({ member, name, primary }: BootstrapScene): Check {
  const row = primary.sql.standbys.find((one) => one.name === member);
  if (row)
    return blocked(
      'name',
      `a standby from ${row.address ?? 'somewhere'} streams from ${primary.name} as ${member} already`,
      NAME_HINT,
      {
        hard: true,
      },
    );
  const slot = primary.sql.slots.find((one) => one.name === name);
  if (slot)
    return blocked(
      'name',
      `${primary.name} has a slot ${name} already, ${slot.active ? 'in use' : 'which nobody uses'}`,
      NAME_HINT,
      {
        hard: true,
      },
    );
  return passed('name', `nobody streams as ${member} and no slot is called ${name}`);
}
const NAME_HINT =
  'See what uses that name: `/pg slots` and `/pg status` show it. Give this host another name, or take the old one away.';

function walLevel({ source, primary, cluster }: BootstrapScene): Check {
  const level = source.settings.wal_level;
  if (level === 'replica' || level === 'logical') return passed('wal-level', `wal_level on ${primary.name} is ${level}`);
  return blocked(
    'wal-level',
    `wal_level on ${primary.name} is ${level ?? 'not known'}: its WAL is not enough for a standby`,
    `Set wal_level = replica there, then \`/pg restart ${cluster} ${primary.name}\`: it is read at a start only.`,
    { hard: true, limit: 'replica or logical' },
  );
}

/** pg_basebackup takes one for the data and one for the WAL. */
const NEEDED_SENDERS = 2;

function senders({ source, primary, cluster }: BootstrapScene): Check {
  const most = Number(source.settings.max_wal_senders ?? 0);
  const free = most - source.walSendersInUse;
  const says = `${primary.name} has ${Math.max(0, free)} of ${most} WAL senders free (max_wal_senders)`;
  const limit = `at least ${NEEDED_SENDERS}`;
  if (free >= NEEDED_SENDERS) return passed('wal-senders', says, limit);
  const hint = `Raise max_wal_senders there, then \`/pg restart ${cluster} ${primary.name}\`, or end a copy or a receiver that is not needed.`;
  return blocked('wal-senders', says, hint, { hard: true, limit });
}

function slots({ source, primary, cluster }: BootstrapScene): Check {
  const most = Number(source.settings.max_replication_slots ?? 0);
  const free = most - source.slots.length;
  const says = `${primary.name} has ${Math.max(0, free)} of ${most} replication slots free (max_replication_slots)`;
  if (free >= 1) return passed('slots', says, 'at least 1');
  const unused = source.slots.filter(({ active }) => !active).map(({ name }) => name);
  const hint =
    unused.length > 0
      ? `Nobody uses ${unused.join(', ')}: \`/pg slots ${cluster}\` drops what is not needed. Or raise max_replication_slots and restart.`
      : `Raise max_replication_slots there, then \`/pg restart ${cluster} ${primary.name}\`.`;
  return blocked('slots', says, hint, { hard: true, limit: 'at least 1' });
}

export function accessCheck({ facts, primary }: BootstrapScene): Check {
  if (!facts.rules.ok)
    return blocked('access', `pg_hba.conf of ${primary.name} can not be read over ssh: ${facts.rules.why}`, SUDO_HINT, {
      hard: true,
    });
  const broken = facts.rules.value.find(({ error }) => error !== undefined);
  if (!broken) return passed('access', `pg_hba.conf of ${primary.name} is in order and can take a line for the new standby`);
  return blocked(
    'access',
    `line ${broken.line} of pg_hba.conf on ${primary.name} is wrong (${broken.error}), so no reload takes a new line`,
    'Put that line right, then ask again.',
    { hard: true },
  );
}
const SUDO_HINT = 'It must let Trunkline in by ssh and grant what `trunkline sudoers` prints.';

function noOtherCopy({ primary }: BootstrapScene): Check {
  const running = primary.sql.standbys.filter(({ state }) => state === 'backup');
  if (running.length === 0) return passed('other-copy', `nobody else copies ${primary.name} now`);
  return warned(
    'other-copy',
    `${running.length} other base backup of ${primary.name} runs now`,
    'Both are slower together; wait for its end if the primary is busy.',
  );
}

/** Where no rate was given: slower than most disks and networks, so that the estimate is on the safe side. */
const GUESS_KIB_PER_SECOND = 50 * 1024;

/** How long the copy takes by the given rate, or by a careful guess. */
export function copyEstimateMs({ source, maxRateKibPerSecond }: BootstrapScene): number {
  const rate = Math.min(maxRateKibPerSecond, maxRateKibPerSecond === NO_RATE_LIMIT ? GUESS_KIB_PER_SECOND : NO_RATE_LIMIT);
  return Math.ceil(source.bytes / 1024 / rate) * 1000;
}

/** WAL that is written during the copy is kept by the slot: it must fit the disk, and what the slot may keep. */
function walDuringCopy(scene: BootstrapScene): readonly Check[] {
  const { source, primary, facts, cluster } = scene;
  const perSecond = source.wal ? source.wal.bytes / source.wal.seconds : 0;
  const ms = copyEstimateMs(scene);
  const expected = Math.ceil((perSecond * ms) / 1000);
  const by = `${primary.name} writes ${formatBytes(perSecond)}/s of WAL and the copy takes about ${formatDuration(ms)}: ${formatBytes(expected)} must be kept meanwhile`;
  const hint = `Copy when less is written, or faster (\`--max-rate\`). \`/pg status ${cluster}\` shows the disks.`;
  const disk = known(memberIn(facts.snapshot, primary.name)?.disk);
  const free = (disk?.wal ?? disk?.data)?.freeBytes;
  return [fitsDisk(by, hint, { free, expected, primary: primary.name }), ...fitsSlot(by, hint, source.settings, expected)];
}

function fitsDisk(
  by: string,
  hint: string,
  { free, expected, primary }: { free: number | undefined; expected: number; primary: string },
): Check {
  if (free === undefined)
    return warned(
      'wal-disk',
      `how much WAL disk is free on ${primary} could not be read. ${by}`,
      `Look at the disk of ${primary}.`,
    );
  const limit = `${formatBytes(free)} free`;
  return expected <= free ? passed('wal-disk', by, limit) : blocked('wal-disk', by, hint, { hard: true, limit });
}

function fitsSlot(by: string, hint: string, settings: Readonly<Record<string, string>>, expected: number): readonly Check[] {
  const megabytes = Number(settings.max_slot_wal_keep_size ?? -1);
  if (megabytes < 0) return [];
  const limit = `max_slot_wal_keep_size ${formatBytes(megabytes * 1024 * 1024)}`;
  if (expected <= megabytes * 1024 * 1024) return [passed('wal-kept', by, limit)];
  return [blocked('wal-kept', by, `${hint} Or raise max_slot_wal_keep_size, which needs a reload only.`, { hard: true, limit })];
}

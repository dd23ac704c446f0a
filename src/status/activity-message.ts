import type { Message, Part, Sign } from '../core/message.ts';
import type { Reading } from '../core/reading.ts';
import type { Session, Sessions } from '../core/sessions.ts';
import { sqlShape } from '../core/sql-shape.ts';
import { formatBytes, formatDuration } from '../core/units.ts';
import type { Limits } from '../core/view.ts';
import { type Blocked, blockingTree } from './blocking-tree.ts';

interface Asked {
  readonly cluster: string;
  readonly member: string;
  readonly limits: Pick<Limits, 'longTransactionMs' | 'maxPreparedTransactionMs'>;
}

const MOST_BLOCKED = 15;
const MOST_LONG = 10;

/** The answer to `activity`: who blocks whom, long transactions, what is prepared, vacuums against wraparound, backups. */
export function activityMessage(asked: Asked, reading: Reading<Sessions>): Message {
  const where = `${asked.cluster} ${asked.member}`;
  if (!reading.ok) {
    const title = `${where}: its sessions cannot be read, ${reading.why}`;
    return { summary: title, parts: [{ title, sign: 'unknown' }] };
  }
  const sessions = reading.value;
  const tree = blockingTree(sessions.shown);
  const inTree = new Set(tree.map(({ pid }) => pid));
  const long = sessions.shown.filter(({ pid, transactionMs = 0 }) => !inTree.has(pid) && transactionMs > 1000);
  const parts = [
    ...treeLines(tree),
    ...section(
      'Long transactions',
      long.slice(0, MOST_LONG).flatMap((one) => sessionLines(one, asked.limits)),
      long.length - MOST_LONG,
    ),
    ...preparedLines(sessions, asked.limits),
    ...vacuumLines(sessions),
    ...backupLines(sessions),
  ];
  const title = `${where}: ${summary(tree, sessions, long)}`;
  return {
    summary: title,
    parts: [
      { title, sign: signOf(tree, long, sessions, asked.limits) },
      ...parts,
      { note: counts(sessions) },
      ...(tree.length + long.length > 0
        ? [
            {
              note: ['End one: ', { code: `/pg terminate ${where} PID --reason "..."` }, '. Constants in statements are hidden.'],
            } as const,
          ]
        : []),
    ],
  };
}

function summary(tree: readonly Blocked[], { preparedCount, shown }: Sessions, long: readonly Session[]): string {
  const roots = tree.filter(({ depth }) => depth === 0);
  const waiting = tree.filter(({ depth }) => depth > 0).length;
  const oldest = Math.max(0, ...shown.map(({ transactionMs = 0 }) => transactionMs));
  const words = [
    ...(roots.length > 0 ? [`${plural(roots.length, 'session blocks', 'sessions block')} ${waiting}`] : ['nobody is blocked']),
    ...(long.length + tree.length > 0 && oldest > 0 ? [`the oldest transaction is ${formatDuration(oldest)} old`] : []),
    ...(preparedCount > 0 ? [`${preparedCount} prepared`] : []),
  ];
  return words.join(', ');
}

function signOf(tree: readonly Blocked[], long: readonly Session[], sessions: Sessions, limits: Asked['limits']): Sign {
  if (tree.length > 0) return 'bad';
  const isLate = long.some(({ transactionMs = 0 }) => transactionMs > limits.longTransactionMs);
  return isLate || sessions.prepared.some(({ ageMs }) => ageMs > limits.maxPreparedTransactionMs) ? 'warn' : 'ok';
}

function treeLines(tree: readonly Blocked[]): readonly Part[] {
  const title = 'Who blocks whom, root blockers first';
  return section(title, tree.slice(0, MOST_BLOCKED).flatMap(treeLine), tree.length - MOST_BLOCKED);
}

function treeLine({ pid, session, depth, blocks }: Blocked): readonly Part[] {
  const isRoot = depth === 0;
  const arrow = isRoot ? '' : `${'·'.repeat(depth - 1)}↳ `;
  const held = blocks > 0 ? `, blocks ${blocks}` : '';
  const look: { readonly sign: Sign; readonly indent?: 1 } = isRoot ? { sign: 'bad' } : { sign: 'waiting', indent: 1 };
  if (session) return [{ ...look, line: [arrow, { bold: `${pid}` }, ` ${words(session)}${held}`] }, ...statementLine(session)];
  if (pid === 0) return [{ ...look, line: `a prepared transaction${held}: see below` }];
  return [{ ...look, line: [arrow, { bold: `${pid}` }, `: a session that has ended since${held}`] }];
}

function sessionLines(session: Session, limits: Asked['limits']): readonly Part[] {
  const isLate = (session.transactionMs ?? 0) > limits.longTransactionMs;
  return [
    { sign: isLate ? 'warn' : 'info', line: [{ bold: String(session.pid) }, ` ${words(session)}`] },
    ...statementLine(session),
  ];
}

/** `app (reports) from 10.0.0.5 in shop: idle in transaction for 12 min`. */
function words({ kind, user, application, client, database, state, transactionMs, stateMs, wait }: Session): string {
  const who = kind === 'client backend' ? user : `${kind} ${user}`.trim();
  const name = `${who}${application ? ` (${application.slice(0, 40)})` : ''}${client ? ` from ${client}` : ''}${database ? ` in ${database}` : ''}`;
  const inState = stateMs === undefined || state === '' ? state : `${state} for ${formatDuration(stateMs)}`;
  const transaction = transactionMs === undefined ? [] : [`transaction ${formatDuration(transactionMs)} old`];
  const waits = wait?.startsWith('Lock') ? [`waits for ${wait.replace(': ', ' ')}`] : [];
  return `${name}: ${[...(inState ? [inState] : []), ...transaction, ...waits].join(', ')}`;
}

function statementLine({ query, state }: Session): readonly Part[] {
  const shape = sqlShape(query);
  if (shape === '') return [];
  return [{ line: [state === 'active' ? '' : 'last: ', { code: shape }], indent: 1 }];
}

function preparedLines({ prepared, preparedCount }: Sessions, limits: Asked['limits']): readonly Part[] {
  const lines = prepared.slice(0, 5).map(
    ({ gid, owner, database, ageMs }): Part => ({
      sign: ageMs > limits.maxPreparedTransactionMs ? 'warn' : 'info',
      line: [
        { code: gid.slice(0, 60) },
        ` of ${owner} in ${database}: prepared ${formatDuration(ageMs)} ago, its locks stay until it is decided`,
      ],
    }),
  );
  return section('Prepared transactions', lines, preparedCount - 5);
}

function vacuumLines({ wraparoundVacuums, oldestXid, freezeMaxAge }: Sessions): readonly Part[] {
  const vacuums = wraparoundVacuums.map(
    ({ pid, what, database, ageMs }): Part => ({
      sign: 'info',
      line: [
        { bold: String(pid) },
        ` ${what.replace(/^autovacuum: /, '')} in ${database}, for ${formatDuration(ageMs)}: does not give way to locks`,
      ],
    }),
  );
  const isLate = oldestXid.age > freezeMaxAge * 1.5;
  const late: readonly Part[] = isLate
    ? [
        {
          sign: 'warn',
          line: `The oldest transaction id of ${oldestXid.database} is ${millions(oldestXid.age)} old (autovacuum_freeze_max_age ${millions(freezeMaxAge)}; writes stop near 2,100 million): vacuum does not keep up, or something holds it back`,
        },
      ]
    : [];
  return section('Autovacuum against wraparound', [...vacuums, ...late], 0);
}

function backupLines({ backups }: Sessions): readonly Part[] {
  const lines = backups.map(({ pid, phase, doneBytes, totalBytes }): Part => {
    const done = doneBytes === undefined || doneBytes === 0 ? '' : `, ${formatBytes(doneBytes)}`;
    const total = totalBytes === undefined ? '' : ` of ${formatBytes(totalBytes)}`;
    return { sign: 'busy', line: [{ bold: String(pid) }, ` ${phase}${done}${done ? total : ''}`] };
  });
  return section('Backups that run', lines, 0);
}

function section(title: string, lines: readonly Part[], more: number): readonly Part[] {
  if (lines.length === 0) return [];
  return [{ line: [{ bold: title }] }, ...lines, ...(more > 0 ? [{ note: `and ${more} more` }] : [])];
}

function counts({ counts: { clients, active, idleInTransaction, max } }: Sessions): string {
  return `${plural(clients, 'client session', 'client sessions')} of at most ${max}: ${active} active, ${idleInTransaction} idle in transaction. Trunkline's own are left out.`;
}

const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
const millions = (n: number): string => `${Math.round(n / 1_000_000)} million`;

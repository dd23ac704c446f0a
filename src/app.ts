import { createDesk, type DeskParts } from './ask/desk.ts';
import { answerToRequest } from './compose/answer-to-request.ts';
import { createAuditRefusals } from './compose/audit-refusals.ts';
import { appGauges } from './compose/app-gauges.ts';
import { buildAlerts } from './compose/build-alerts.ts';
import { type AuditParts, buildAudit } from './compose/build-audit.ts';
import { buildChat, type ChatParts } from './compose/build-chat.ts';
import { buildIncidentLedger } from './compose/build-incident-ledger.ts';
import { buildPaging } from './compose/build-paging.ts';
import { buildReads, type Reads } from './compose/build-reads.ts';
import { buildRights } from './compose/build-rights.ts';
import { buildRuns, type RunParts } from './compose/build-runs.ts';
import { buildStore, type StoreParts } from './compose/build-store.ts';
import { buildTelling, type Telling } from './compose/build-telling.ts';
import { buildTotp } from './compose/build-totp.ts';
import { createChatHandlers } from './compose/chat-handlers.ts';
import { createDebtPosting } from './compose/debt-posting.ts';
import { healthParts } from './compose/health-parts.ts';
import { incidentPresses } from './compose/incident-presses.ts';
import { inBackground } from './compose/in-background.ts';
import { createLogPosting } from './compose/log-posting.ts';
import { createInItsPlace } from './compose/in-its-place.ts';
import { promptly } from './compose/promptly.ts';
import { startChat } from './compose/start-chat.ts';
import { startCli } from './compose/start-cli.ts';
import { type Stops, stopAll } from './compose/stop-all.ts';
import { tellLate } from './compose/tell-late.ts';
import { type WatchedAlerts, watchOver } from './compose/watch-over.ts';
import { checkRunbookNames } from './config/runbook-names.ts';
import type { Config } from './config/schema.ts';
import type { Secrets } from './config/secrets.ts';
import { systemClock } from './core/clock.ts';
import { asError, TrunklineError } from './core/errors.ts';
import type { Log } from './core/log.ts';
import type { Asker } from './core/person.ts';
import { type Redact, redactor } from './core/redact.ts';
import type { Journal, Run } from './core/run.ts';
import { type Loaded, load } from './load.ts';
import { startHttpServer } from './observe/http-server.ts';
import { createLog } from './observe/log.ts';
import { createMetrics, type Metrics } from './observe/metrics.ts';

export interface AppOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly parts: { readonly bot: boolean; readonly worker: boolean };
  /** Takes the log's lines. */
  readonly write: (line: string) => void;
}

export interface App {
  /** Takes nothing new, finishes or leaves in the journal what is under way, closes everything. */
  stop(): Promise<void>;
}

const SWEEP_MS = 2000;
const LAST_EDITS_MS = 10_000;
const clock = systemClock;

/** Everything that was built, connected but not started. */
interface Built extends AppOptions {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly loaded: Loaded;
  readonly stored: StoreParts;
  readonly reads: Reads;
  readonly chats: ChatParts;
  readonly audit: AuditParts;
  readonly runs: RunParts;
  readonly redact: Redact;
  readonly told: Telling;
  readonly keepLog: (run: Run, journal: Journal) => Promise<void>;
}

/**
 * Builds every part, connects them and starts them; decides nothing.
 * @throws TrunklineError for what must be right at the start: Slack's tokens, Redis' settings; Error for a broken command or runbook.
 */
export async function startApp(options: AppOptions): Promise<App> {
  const built = await build(options);
  const { runs, reads, stored, audit } = built;
  const stops: Stops = [() => stored.close(), () => audit.stop(), () => reads.close(), () => runs.close()];
  const stop = async () => {
    await stopAll(stops, built.log);
    built.log.info('stopped');
  };
  try {
    await start(built, stops);
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(options: AppOptions): Promise<Built> {
  const { config, secrets, parts, write } = options;
  const redact = redactor(secrets.values);
  const log = createLog({ level: config.log.level, redact, write });
  const metrics = createMetrics();
  const loaded = await load();
  checkRunbookNames(config, loaded, 'the configuration');
  const stored = await buildStore({ config, secrets, worker: parts.worker, clock, log, redact });
  const reads = buildReads({ config, secrets, records: stored.records, readsOnly: !parts.worker, redact, clock, log });
  const { store, redis, guard, seen, knownPeople } = stored;
  const chats = buildChat({ config, loaded, secrets, seen, knownPeople, audit: store.audit, metrics, clock, log, redact });
  const told = buildTelling({ config, chats, store, metrics, clock, log });
  const viewOf = async (asker: Asker) => reads.views.viewFor((await chats.askGate.standing(asker)).visible);
  const { ops: channel, alerts } = config.channels;
  const tellDebt = createDebtPosting({ chat: chats.chat, seen: stored.seen, channel, alerts, clock, log });
  const keepLog = createLogPosting({ chat: chats.chat, runs: store.runs, log });
  const { voteGate: gate, breakGlass } = chats;
  const audit = buildAudit({ config, secrets, stored, chat: chats.chat, clock, log });
  const totp = buildTotp({ bot: parts.bot, config, secrets, store, trail: audit.trail, chat: chats.chat, gate, clock, log });
  const announce = promptly(told.announce, { clock, log, isAway: () => chats.word.isAway() });
  const asking = { audit, gate, totp, breakGlass, viewOf, ...told, announce };
  const after = { tellDebt: inBackground(tellDebt), keepLog: inBackground(keepLog) };
  const runs = buildRuns({ config, secrets, redis, guard, loaded, reads, store, ...asking, ...after, clock, log });
  return { ...options, log, redact, metrics, loaded, stored, reads, chats, audit, told, runs, keepLog };
}

async function start(built: Built, stops: Stops): Promise<void> {
  const { config, parts, log, metrics, stored, reads, chats, audit, runs } = built;
  let alerts: WatchedAlerts | undefined;
  let started = false;
  const health = () => [
    ...healthParts({ chat: parts.bot ? chats.chat : undefined, guard: stored.guard, alerts, clusters: reads.clusters }),
    ...audit.parts(),
    ...(alerts?.parts() ?? []),
    ...(started ? [] : [{ name: 'start', ok: false, says: 'not all parts have started yet' }]),
  ];
  const server = await startHttpServer({ ...config.http, registry: metrics.registry, parts: health });
  stops.push(() => server.stop());
  audit.start();
  if (parts.bot) alerts = await startBot(built, stops);
  else await startTelling(built, stops);
  if (parts.worker) {
    const worker = runs.openWorker();
    worker.start();
    stops.push(() => worker.stop());
  }
  const sweep = async () => {
    if (stored.guard.isGood()) await runs.sweep();
  };
  stops.push(
    clock.every(SWEEP_MS, sweep, (error) =>
      log.warn('what others left could not be looked through', { why: asError(error).message }),
    ),
  );
  const isReady = () => health().every(({ ok }) => ok);
  appGauges({ metrics, isReady, outboxDepth: () => chats.chat.health().outboxDepth });
  // The last, because it waits some seconds for an etcd that is away.
  await alerts?.start();
  started = true;
  log.info('started', { ...parts, clusters: config.clusters.length, http: server.port });
}

/** The half that listens and answers; the alerts that it returns are still to be started. */
async function startBot(built: Built, stops: Stops): Promise<WatchedAlerts> {
  const { config, log, metrics, loaded, stored, reads, chats, audit, told, runs } = built;
  const { chat, askGate } = chats;
  const { store, incidents, guard } = stored;
  const onIncidents = buildIncidentLedger({ config, stored, gate: askGate, audit: audit.trail, clock });
  const { refused, forged } = createAuditRefusals({ trail: audit.trail, clock, log });
  const propose = async ({ runbook, ...wish }: Parameters<DeskParts['start']>[0]) => {
    guard.mustBeSafe();
    const view = reads.views.viewFor((await askGate.standing(wish.asker)).visible);
    return runs.propose({ runbook: runbook.name, view, ...wish });
  };
  const parts: DeskParts = {
    commands: loaded.commands,
    admit: (asker) => askGate.standing(asker),
    viewFor: (visible) => reads.views.viewFor(visible),
    rightsFor: buildRights({ config, gate: askGate, loaded, chat, store, clock }),
    start: async (wish) => answerToRequest(await propose(wish), store.runs, wish.asker),
    ledger: { ...runs.ledger, ...onIncidents },
    refused,
    measured: (labels, millis) => metrics.command(labels, millis / 1000),
    now: () => clock.now(),
  };
  const { runs: kept, journal, copies, wishes } = store;
  const inItsPlace = createInItsPlace({ runs: kept, copies, refused, ops: config.channels.ops });
  const desk = createDesk(parts);
  const presses = incidentPresses({ desk, ledger: onIncidents, named: incidents.named, wishes });
  const handlers = { desk, ledger: runs.ledger, refused, forged, wishes, inItsPlace, incidents: presses };
  chats.answerWith(createChatHandlers(handlers));
  // Before Slack, which may take its time: the command line is there for the hour in which Slack is not.
  stops.push(await startCli({ ...built, ...told, parts, propose, runs: store.runs, seen: stored.seen, clock }));
  stops.push(await startChat({ chat, clock, log }));
  stops.push(tellLate({ ...built, ...told, clock }));
  await reads.warm();
  reads.lag.start();
  const paging = buildPaging({ ...built, clock });
  stops.push(async () => paging.stop());
  const needs = { ...built, paging, readsOnly: !built.parts.worker };
  const alerts = buildAlerts({ ...needs, chat, runs: kept, journal, clock });
  const watched = watchOver({ ...built, alerts, paging, chat, clock });
  stops.push(() => watched.stop());
  return watched;
}

/** A worker only posts; its last edits wait for their turn and must not be lost with it. */
async function startTelling({ chats, reads, log }: Built, stops: Stops): Promise<void> {
  await chats.chat.verify().catch((error: unknown) => goOnWithout(error, log));
  // The look before the first step has seconds for each member; they are not for connecting.
  await reads.warm();
  stops.push(() => Promise.race([chats.chat.flush(), clock.sleep(LAST_EDITS_MS)]));
}

/** A run goes on while Slack is away; a token that Slack refuses is refused. */
function goOnWithout(error: unknown, log: Log): void {
  if (!(error instanceof TrunklineError) || error.kind !== 'unreachable') throw error;
  log.warn('slack can not be asked who this bot is; posts are tried all the same', { why: error.message });
}

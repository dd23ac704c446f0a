import type { IncidentPost } from '../core/incident-act.ts';
import { acknowledgedBy, applyAct, doer } from './apply-act.ts';
import { applySignal } from './apply-signal.ts';
import { callPeople, escalate } from './call-people.ts';
import { resolve, settle } from './finish.ts';
import { enqueue, type Live, type Means, phase, post, refresh, save, stillOurs, stored } from './live.ts';
import { refreshWords } from './newest-words.ts';
import { noted } from './timeline.ts';
import { isHeld } from './silenced.ts';
import { readSilences, tellHeld, underSilence } from './tell-signal.ts';

/** A parent that is not posted yet is waited for so long before it is named without its address. */
const LINK_WITHIN_MS = 5000;

/** One look after every incident at hand: what people did, silences that begin and end, what is over, whom to call, the newest words. */
export async function tend(means: Means, lives: readonly Live[]): Promise<void> {
  const ready = lives.filter(({ ready: isReady, lost }) => isReady && !lost);
  await readSilences(means);
  await foldAll(means, ready);
  for (const live of ready) {
    judgeSilence(means, live);
    settle(means, live);
    void callPeople(means, live);
    void refreshWords(means, live);
  }
}

async function foldAll(means: Means, lives: readonly Live[]): Promise<void> {
  const { acts } = means;
  const open = lives.filter(({ incident }) => incident.resolvedAtMs === undefined);
  if (!acts || open.length === 0) return;
  const wanted = open.map(({ incident: { id, folded = 0 } }) => ({ incident: id, folded }));
  await stored(means, 'acts', async () => {
    for (const { incident: id, acts: news } of await acts.since(wanted)) {
      const live = open.find(({ incident }) => incident.id === id);
      if (live && (await stillOurs(means, live))) await foldIn(means, live, news);
    }
  });
}

async function foldIn(means: Means, live: Live, news: readonly (IncidentPost | undefined)[]): Promise<void> {
  for (const one of news) {
    if (live.incident.resolvedAtMs !== undefined) return;
    if (one && !(await foldOne(means, live, one))) return;
    live.incident = { ...live.incident, folded: (live.incident.folded ?? 0) + 1 };
  }
  refresh(means, live);
  void enqueue(means, live, async () => void (await save(means, live)));
}

/** False when it must wait for the next look. */
async function foldOne(means: Means, live: Live, one: IncidentPost): Promise<boolean> {
  if (one.act === 'absorb') {
    live.incident = applySignal(live.incident, { ...one.signal, kind: 'raised' });
    return true;
  }
  if (one.act === 'absorbed') return becomePart(means, live, one.into, one.atMs);
  const first = acknowledgedBy(live.incident) === undefined;
  live.incident = applyAct(live.incident, one);
  const by = { person: one.by };
  const { cluster } = live.incident;
  if (one.act === 'acknowledge' && first) {
    const line = ['Acknowledged by ', by, one.note ? `: ${one.note}` : '', '.'];
    post(means, live, { summary: `${cluster}: acknowledged`, parts: [{ line, sign: 'ok' }] });
  }
  if (one.act === 'note') post(means, live, { summary: `${cluster}: a note`, parts: [{ line: [by, `: ${one.note}`] }] });
  if (one.act === 'escalate') await escalate(means, live, `asked for by ${doer(one)}${one.note ? `: ${one.note}` : ''}`);
  if (one.act === 'resolve') resolve(means, live, `resolved by hand: ${one.reason}`);
  return true;
}

/** Ends it as a part of another one. False when that is not posted yet and was begun (`atMs`) only just now. */
export async function becomePart(means: Means, live: Live, into: string, atMs = 0): Promise<boolean> {
  const parent = await means.incidents.load(into).catch(() => undefined);
  const isLate = means.clock.now() - atMs >= LINK_WITHIN_MS;
  if (parent?.ts === undefined && !isLate) return false;
  const { chat } = means;
  const posted = parent?.ts === undefined ? undefined : { channel: parent.channel, ts: parent.ts };
  const permalink = posted && (await chat.permalink?.(posted).catch(() => undefined));
  live.incident = { ...live.incident, partOf: { incident: into, ...(permalink === undefined ? {} : { permalink }) } };
  resolve(means, live, `part of ${parent ? `${parent.cluster}: ${parent.says}` : 'another incident'}`);
  return true;
}

/** A silence that begins or ends is written down; what it held back is posted when it ends first. */
function judgeSilence(means: Means, live: Live): void {
  const before = live.incident;
  if (before.resolvedAtMs !== undefined) return;
  const now = underSilence(means, before);
  if (now.silencedBy?.id !== before.silencedBy?.id) {
    const { silencedBy: silence } = now;
    const says = silence ? `silenced by ${silence.by}: ${silence.reason}` : 'not silenced any more';
    live.incident = noted(now, means.clock.now(), says);
    if (silence) refresh(means, live);
    else phase(means, live, says, 'info');
    void enqueue(means, live, async () => void (await save(means, live)));
  }
  tellUntold(means, live);
}

/** A condition that stands in no message although nothing holds it back: the signals that wait in the queue come first. */
function tellUntold(means: Means, live: Live): void {
  const { ts, cause } = live.incident;
  if (ts !== undefined || cause !== 'condition' || isHeld(live.incident) || live.telling) return;
  live.telling = true;
  void enqueue(means, live, async () => {
    try {
      if (live.incident.ts === undefined && live.incident.resolvedAtMs === undefined) await tellHeld(means, live);
    } finally {
      live.telling = false;
    }
  });
}

import type { Clock } from '../core/clock.ts';
import type { Incident } from '../core/incident.ts';
import { outcomeOf } from './apply-signal.ts';
import type { AlertFacts } from './ports.ts';

/** What following may do to the incident at hand. */
interface Hands {
  readonly facts: AlertFacts;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  refresh(): void;
  phase(text: string): void;
  resolve(outcome: string): void;
  save(): Promise<boolean>;
}
interface Holder {
  incident: Incident;
}

const LONGEST_PAUSE_MS = 5000;

/**
 * After a new leader key: asks the member by SQL until it says that it is the primary, then the members until all stream again,
 * then its part is over. The leader may change meanwhile; then all begins again. Ends when stopped.
 */
export async function followIncident(of: Holder, hands: Hands, everyMs: number): Promise<void> {
  let pause = everyMs;
  const goesOn = ({ incident }: Holder) => incident.resolvedAtMs === undefined && incident.membersBackAtMs === undefined;
  while (!hands.stop.aborted && goesOn(of)) {
    const moved = of.incident.provenAtMs === undefined ? await proven(of, hands) : await membersBack(of, hands);
    pause = moved ? everyMs : Math.min(LONGEST_PAUSE_MS, pause * 1.3);
    if (!moved) await hands.clock.sleep(pause, hands.stop).catch(() => undefined);
  }
}

async function proven(of: Holder, hands: Hands): Promise<boolean> {
  const { cluster, to } = of.incident;
  if (to === undefined) return false;
  const proof = await hands.facts.prove(cluster, to);
  if (hands.stop.aborted || of.incident.to !== to) return false;
  if (!proof.primary) {
    wait(of, hands, proof.why);
    return false;
  }
  of.incident = { ...of.incident, provenAtMs: hands.clock.now(), timelineAfter: proof.timeline };
  delete of.incident.waitsFor;
  hands.phase(`${to} is the primary by SQL, timeline ${proof.timeline}`);
  await hands.save();
  return true;
}

async function membersBack(of: Holder, hands: Hands): Promise<boolean> {
  const { cluster, to } = of.incident;
  const streaming = await hands.facts.streaming(cluster, to ?? '');
  if (hands.stop.aborted || of.incident.to !== to || of.incident.provenAtMs === undefined) return false;
  if (!streaming.all) {
    wait(of, hands, streaming.waitsFor);
    return false;
  }
  of.incident = { ...of.incident, membersBackAtMs: hands.clock.now() };
  hands.phase(streaming.says);
  hands.resolve(outcomeOf(of.incident, hands.clock.now()));
  return true;
}

function wait(of: Holder, { refresh }: Hands, why: string): void {
  if (of.incident.waitsFor === why) return;
  of.incident = { ...of.incident, waitsFor: why };
  refresh();
}

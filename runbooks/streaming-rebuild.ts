import {
  ClusterName,
  checkpoint,
  concludeRebuild,
  dropLeftSlots,
  exclusive,
  fencePrimary,
  followPrimary,
  forgetRewind,
  heldDown,
  hours,
  keepWal,
  lookForPlainRebuild,
  MemberName,
  minutes,
  type PlainRebuild,
  PlainRebuildFacts,
  plainRebuildMaterial,
  planPlainRebuild,
  rehearseRewind,
  rewind,
  rewound,
  runbook,
  type Step,
  secondPrimaryIs,
  seconds,
  shared,
  sourceLeads,
  standbyCopySteps,
  standbyWaySteps,
  streaming,
  takeDown,
} from '#kit';
import { z } from 'zod';

interface Named extends PlainRebuild {
  readonly cluster: string;
  readonly node: string;
}

export default runbook({
  name: 'streaming-rebuild',
  summary: 'Bring a member of a plain streaming cluster back: let it follow, rewind it, or copy it anew',
  risk: 'interrupts-nothing',
  input: z.object({
    cluster: ClusterName,
    node: MemberName,
    how: z.enum(['auto', 'rewind', 'delta', 'reinit']).default('auto'),
    discard: MemberName.optional(),
  }),
  facts: PlainRebuildFacts,
  locks: ({ cluster, node }) => [shared.cluster(cluster), exclusive.copy(cluster), exclusive.member(cluster, node)],
  look: ({ cluster, node }, view) => lookForPlainRebuild(cluster, node, view),
  material: (facts) => plainRebuildMaterial(facts),

  plan({ cluster, node, how, discard }, facts) {
    const rebuild = { ...planPlainRebuild(facts, { how, discard }), cluster, node };
    const { way, checks, notes, discards } = rebuild;
    return {
      summary: `Rebuild ${node} of ${cluster}: ${rebuild.summary}`,
      checks,
      notes,
      risk: discards === undefined ? 'interrupts-nothing' : 'can-lose-data',
      ...(discards === undefined ? {} : { riskReason: discards }),
      steps: STEPS[way](rebuild),
    };
  },

  conclude: (_input, ended) => concludeRebuild(ended),
});

const STEPS: Readonly<Record<PlainRebuild['way'], (rebuild: Named) => readonly Step[]>> = {
  nothing: (rebuild) => [streams(rebuild)],
  follow: (rebuild) => [...way(rebuild), ...(rebuild.runs ? [] : stop(rebuild)), ...follow(rebuild)],
  rewind: (rebuild) => [...way(rebuild), ...stop(rebuild), ...keep(rebuild), ...rewindIt(rebuild), ...follow(rebuild)],
  reinit: (rebuild) => [...way(rebuild), ...stop(rebuild), ...standbyCopySteps(rebuild, leads(rebuild), keep(rebuild))],
};

const leads = ({ cluster, primary, systemId, timeline }: Named) =>
  sourceLeads({ cluster, member: primary.name, systemId, timeline });
const streams = ({ cluster, node, timeline, primary }: Named) => ({
  ...{ id: 'start', title: `Wait until ${node} streams from ${primary.name}`, within: minutes(30) },
  until: streaming(cluster, [node], timeline),
});

const way = (rebuild: Named) => standbyWaySteps(rebuild, leads(rebuild));

const dropSlots = (id: string, { cluster }: Named, { on, slots }: { on: string; slots: readonly string[] }): Step => ({
  ...{ id, title: `Drop slots on ${on} that nobody needs any more`, within: minutes(1) },
  act: dropLeftSlots(cluster, on, slots),
});

/** Also of a server that is stopped: whatever starts it from now on, makes a standby, and no boot does. */
function stop(rebuild: Named): readonly Step[] {
  const { cluster, node, own, nodeLeads, primary, runs } = rebuild;
  if (!own) return [];
  const title = `${runs ? `Stop ${node}` : `Keep ${node} down`}, so that it can only come back as a standby`;
  return [
    {
      ...{ id: 'stop', title: nodeLeads ? `${title}, as ${primary.name} is the primary` : title, within: minutes(10) },
      still: [leads(rebuild), ...(nodeLeads ? [secondPrimaryIs({ cluster, member: node, ...own })] : [])],
      act: takeDown({ cluster, member: node, ...own }),
      until: heldDown(cluster, node),
    },
  ];
}

function keep({ cluster, node, keepWal: kept }: Named): readonly Step[] {
  if (!kept) return [];
  const act = keepWal({ cluster, member: node, ...kept });
  return [{ id: 'keep-wal', title: `Keep the WAL of the lost branch of ${node} aside`, within: minutes(30), act }];
}

function rewindIt(rebuild: Named): readonly Step[] {
  const { cluster, node, primary, timeline, claim, restoreWal } = rebuild;
  const source = { cluster, member: node, source: primary.name, restoreWal };
  const flushed = `Checkpoint ${primary.name}, as pg_rewind reads its control file`;
  const rehearsed = `Rehearse the rewind of ${node} without writing (pg_rewind --dry-run)`;
  return [
    { id: 'checkpoint', title: flushed, within: minutes(10), act: checkpoint(cluster, primary.name) },
    { id: 'rehearse', title: rehearsed, within: minutes(60), act: rehearseRewind(source) },
    {
      ...{ id: 'rewind', title: `Rewind ${node} to ${primary.name}`, within: hours(6) },
      still: [leads(rebuild), heldDown(cluster, node)],
      act: rewind({ ...source, claim, withinMs: hours(6) }),
      until: rewound({ cluster, member: node, claim, timeline }),
    },
    whole(rebuild),
    {
      ...{ id: 'standby', title: `Make a standby of ${node} (standby.signal)`, within: minutes(1) },
      ...{ act: fencePrimary({ cluster, member: node }), until: heldDown(cluster, node) },
    },
  ];
}

function whole({ cluster, node }: Named): Step {
  return { id: 'whole', title: `Note that ${node} is whole again`, within: seconds(30), act: forgetRewind(cluster, node) };
}

function follow(rebuild: Named): readonly Step[] {
  const { cluster, node, primary, login, way, runs, leftSlots } = rebuild;
  const starts = way === 'rewind' || !runs;
  const title = starts ? `Start ${node} as a standby of ${primary.name}` : `Point ${node} to ${primary.name}`;
  const act = followPrimary({ cluster, member: node, primary: primary.name, connection: login.connection, starts });
  return [{ ...streams(rebuild), title, act }, dropSlots('slots', rebuild, { on: node, slots: leftSlots })];
}

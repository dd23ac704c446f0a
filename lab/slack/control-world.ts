import { z } from 'zod';
import { type Control, findPerson, findPlace } from './control-people.ts';
import { Fault } from './faults.ts';
import { listMessages, type Message } from './message.ts';
import type { Person } from './seed.ts';
import type { SocketMode } from './socket-mode.ts';
import type { FrontState } from './state.ts';

const Which = z.object({ which: z.enum(['one', 'all']).default('all') });
const DisconnectBody = Which.extend({
  reason: z.enum(['warning', 'refresh_requested', 'link_disabled', 'too_many_websockets']).default('refresh_requested'),
});
const JournalBody = z.object({
  after: z.number().int().nonnegative().default(0),
  waitMs: z.number().min(0).max(30_000).default(0),
});
const RouteBody = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('socket') }),
  z.object({ mode: z.literal('http'), url: z.url() }),
]);
const SettingsBody = z.object({ triggerTtl: z.number().positive().optional(), ackTimeout: z.number().positive().optional() });
const PersonBody = z.object({
  user: z.string(),
  deleted: z.boolean().optional(),
  guest: z.enum(['none', 'multi-channel', 'single-channel']).optional(),
  teamId: z.string().optional(),
});
const ChannelBody = z.object({
  channel: z.string(),
  botIsMember: z.boolean().optional(),
  archived: z.boolean().optional(),
  extShared: z.boolean().optional(),
});
const GroupBody = z.object({ handle: z.string(), users: z.array(z.string()) });

/** What can be read of the workspace, changed in it and broken in it, by name. */
export function worldControls(sockets: SocketMode): Record<string, Control> {
  return { ...readings, ...changes, ...breakages(sockets) };
}

const readings: Record<string, Control> = {
  async messages(body, incoming): Promise<Message[]> {
    const { channel } = z.object({ channel: z.string().optional() }).parse(body);
    const all = places(incoming.state);
    const id = channel === undefined ? undefined : await findPlace(incoming, channel);
    const wanted = id === undefined ? all : [{ id, place: all.find((each) => each.id === id)?.place ?? channel ?? id }];
    return (await Promise.all(wanted.map((each) => listMessages(incoming.state, each.id, each.place)))).flat();
  },
  views: (_body, { state }) => [...state.views.values()].map((open) => ({ ...open, user: nameOf(state, open.user) })),
  async journal(body, { state }) {
    const { after, waitMs } = JournalBody.parse(body);
    if (waitMs > 0) await state.journal.changed(after, waitMs);
    return state.journal.after(after);
  },
  mark: (_body, { state }) => ({ seq: state.journal.last() }),
  workspace: (_body, { state }) => ({ seed: state.seed, origin: state.origin }),
  faults: (_body, { state }) => state.faults.left(),
};

const changes: Record<string, Control> = {
  person(body, incoming): Person {
    const { user, ...rest } = PersonBody.parse(body);
    return Object.assign(findPerson(incoming, user), given(rest));
  },
  async channel(body, incoming) {
    const { channel, ...rest } = ChannelBody.parse(body);
    const id = await findPlace(incoming, channel);
    const found = incoming.state.seed.channels.find((each) => each.id === id);
    return Object.assign(found ?? {}, given(rest));
  },
  group(body, incoming) {
    const { handle, users } = GroupBody.parse(body);
    const { groups } = incoming.state.seed;
    const found = groups.find((each) => each.handle === handle);
    if (!found) throw new Error(`There is no user group "${handle}"; there are ${groups.map((each) => each.handle).join(', ')}.`);
    found.users = users.map((each) => findPerson(incoming, each).id);
    return found;
  },
  settings: (body, { state }) => Object.assign(state.settings, given(SettingsBody.parse(body))),
  route: (body, { deliverer }) => {
    deliverer.route = RouteBody.parse(body);
    return deliverer.route;
  },
};

function breakages(sockets: SocketMode): Record<string, Control> {
  return {
    fault: (body, { state }) => {
      state.faults.add(Fault.parse(body));
      return {};
    },
    'clear-faults': (_body, { state }) => {
      state.faults.clear();
      return {};
    },
    'expire-triggers': (_body, { state }) => {
      for (const trigger of state.triggers.values()) trigger.expired = true;
      return {};
    },
    replay: async (_body, { deliverer }) => ({ httpStatus: await deliverer.replay() }),
    sockets: () => ({ count: sockets.count() }),
    disconnect: (body) => {
      const { reason, which } = DisconnectBody.parse(body);
      return { count: sockets.disconnect(reason, which) };
    },
    drop: (body) => ({ count: sockets.drop(Which.parse(body).which) }),
  };
}

function places(state: FrontState): { id: string; place: string }[] {
  const direct = [...state.direct].map(([id, person]) => ({ id, place: `@${nameOf(state, person)}` }));
  return [...state.seed.channels.map(({ id, name }) => ({ id, place: name })), ...direct];
}

function nameOf({ seed }: FrontState, id: string): string {
  return seed.people.find((each) => each.id === id)?.name ?? id;
}

/** The fields that were given: an absent one must not overwrite. */
function given(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

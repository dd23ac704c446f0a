import { asObject, asText, isObject, type Json } from './json.ts';
import type { Method } from './method.ts';
import { monotonicMs } from './monotonic.ts';
import { bad, good, passed, type Reply } from './reply.ts';
import type { FrontState } from './state.ts';
import { viewComplaints } from './view-limits.ts';
import { openView, replaceView, topView } from './views.ts';

/** `views.*`: triggers live three seconds and work once, views keep their id and have a hash, limits hold. */
export const viewMethods: Record<string, Method> = {
  async 'views.open'(args, state) {
    const refusal = refuseView(args);
    if (refusal) return refusal;
    const user = takeTrigger(state, asText(args.trigger_id));
    return typeof user === 'string' ? good({ view: await openView(state, user, asObject(args.view)) }) : user;
  },

  async 'views.push'(args, state) {
    const refusal = refuseView(args);
    if (refusal) return refusal;
    const user = takeTrigger(state, asText(args.trigger_id));
    if (typeof user !== 'string') return user;
    const stack = [...state.views.values()].filter((each) => each.user === user);
    if (stack.length >= 3) return bad('push_limit_reached');
    return good({ view: await openView(state, user, asObject(args.view), topView(state, user)) });
  },

  async 'views.update'(args, state) {
    const refusal = refuseView(args);
    if (refusal) return refusal;
    const wanted = asText(args.view_id) || asText(args.external_id);
    const found = [...state.views.values()].find((each) => each.id === wanted || each.view.external_id === wanted);
    if (!found) return bad('not_found');
    const hash = asText(args.hash);
    if (hash !== '' && hash !== found.hash) return bad('hash_conflict');
    return good({ view: await replaceView(state, found, asObject(args.view)) });
  },

  async 'views.publish'(args, state) {
    const refusal = refuseView(args);
    if (refusal) return refusal;
    if (!state.seed.people.some((each) => each.id === args.user_id)) return bad('user_not_found');
    state.journal.add('view', { does: 'publish', user: args.user_id, view: args.view });
    return passed(await state.upstream.call('views.publish', { user_id: args.user_id, view: args.view }));
  },
};

/** Notes a trigger that a delivery carries, so that `views.open` can judge it. */
export function issueTrigger(state: FrontState, id: string, user: string): void {
  if (id !== '') state.triggers.set(id, { user, issuedAt: monotonicMs(), used: false, expired: false });
}

/** The person whose trigger this is, or why Slack would refuse it. A trigger works once. */
function takeTrigger(state: FrontState, id: string): string | Reply {
  const trigger = state.triggers.get(id);
  if (!trigger) return bad('invalid_trigger_id');
  if (trigger.used) return bad('exchanged_trigger_id');
  if (trigger.expired || monotonicMs() - trigger.issuedAt > state.settings.triggerTtl) return bad('expired_trigger_id');
  trigger.used = true;
  return trigger.user;
}

function refuseView(args: Json): Reply | undefined {
  const { view } = args;
  if (!isObject(view)) return bad('invalid_arguments', ['[ERROR] missing required field: view']);
  const complaints = viewComplaints(view);
  return complaints.length > 0 ? bad('invalid_arguments', complaints) : undefined;
}

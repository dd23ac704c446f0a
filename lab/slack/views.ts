import { randomBytes } from 'node:crypto';
import { withBlockIds } from './block-ids.ts';
import { asList, asObject, asText, type Json } from './json.ts';
import type { FrontState, OpenView } from './state.ts';

/** Shows a view to a person, on top of `below` when given; the answer is the view as Slack describes it. */
export async function openView(state: FrontState, user: string, given: Json, below?: OpenView): Promise<Json> {
  const view = prepared(given);
  if (!below) closeViews(state, user);
  const reply = await state.upstream.call(below ? 'views.push' : 'views.open', { trigger_id: state.upstreamTrigger, view });
  const id = asText(asObject(reply.view).id);
  const opened: OpenView = {
    id,
    shownAs: id,
    user,
    view,
    hash: newHash(),
    rootId: below?.rootId ?? id,
    previousId: below?.id ?? null,
  };
  state.views.set(id, opened);
  state.journal.add('view', { does: below ? 'push' : 'open', user, id, view });
  return describeView(state, opened);
}

/** Puts another content into an open view; the id stays, the hash changes. */
export async function replaceView(state: FrontState, open: OpenView, given: Json): Promise<Json> {
  const view = prepared(given);
  const reply = await state.upstream.call('views.update', { view_id: open.shownAs, view });
  open.shownAs = asText(asObject(reply.view).id);
  open.view = view;
  open.hash = newHash();
  state.journal.add('view', { does: 'update', user: open.user, id: open.id, view });
  return describeView(state, open);
}

/** Forgets the views of a person: all, or this one alone. */
export function closeViews(state: FrontState, user: string, only?: OpenView): void {
  for (const each of [...state.views.values()]) {
    if (each.user !== user || (only && each !== only)) continue;
    state.views.delete(each.id);
    state.journal.add('view', { does: 'close', user, id: each.id });
  }
}

/** The view that a person sees on top. */
export function topView(state: FrontState, user: string): OpenView | undefined {
  return [...state.views.values()].findLast((each) => each.user === user);
}

export function describeView(state: FrontState, open: OpenView, values: Json = {}): Json {
  const { seed } = state;
  return {
    ...open.view,
    id: open.id,
    team_id: seed.team.id,
    app_id: seed.app.appId,
    app_installed_team_id: seed.team.id,
    bot_id: seed.app.botId,
    state: { values },
    hash: open.hash,
    root_view_id: open.rootId,
    previous_view_id: open.previousId,
    external_id: open.view.external_id ?? '',
    private_metadata: open.view.private_metadata ?? '',
    callback_id: open.view.callback_id ?? '',
  };
}

function prepared(view: Json): Json {
  return { ...view, blocks: withBlockIds(asList(view.blocks)) };
}

function newHash(): string {
  return `${Math.floor(Date.now() / 1000)}.${randomBytes(4).toString('hex')}`;
}

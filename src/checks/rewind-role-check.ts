import { blocked, type Check, passed } from '../core/check.ts';
import type { RebuildScene } from './rebuild-scene.ts';

const ID = 'rewind-role';
const DOC = 'pg_rewind(1), Notes, lists the grants.';

/** The role that pg_rewind logs in as: there, with its rights (pg_rewind(1), Notes), or the words of what it lacks. */
export function rewindRoleCheck({ leader }: RebuildScene): Check {
  const no = (says: string, hint: string): Check => blocked(ID, says, hint, { hard: true });
  if (!leader.source.ok)
    return no(
      `the role to rewind with is not known: ${leader.source.why}`,
      'Name `rewind.user` and `rewind.password` of the cluster in the configuration (Patroni has them as `authentication.rewind`).',
    );
  const { role } = leader.source.value;
  if (!role)
    return no(`${leader.name} has no role of the name that the configuration gives as \`rewind.user\``, `Create it. ${DOC}`);
  if (!role.canLogIn)
    return no(`the role ${role.name} may not log in at ${leader.name}`, `Give ${role.name} the attribute LOGIN.`);
  if (!role.isSuperuser && role.lacks.length > 0)
    return no(`the role ${role.name} may not execute ${role.lacks.join(', ')} at ${leader.name}`, `Grant it. ${DOC}`);
  const timeout = role.settings.find((setting) => setting.startsWith('statement_timeout='));
  const rights = role.isSuperuser ? 'is a superuser' : 'may execute what pg_rewind calls';
  return passed(
    ID,
    timeout === undefined
      ? `the role ${role.name} ${rights} at ${leader.name}, and has no statement_timeout of its own`
      : `the role ${role.name} ${rights} at ${leader.name}; its ${timeout} does no harm, as pg_rewind sets it to 0 for itself`,
  );
}

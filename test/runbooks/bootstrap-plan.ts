import bootstrap from '../../runbooks/bootstrap.ts';
import { clusterFor, typedFor } from './typed-for.ts';

export type Fake = ReturnType<typeof clusterFor>;
export const DATA = '/var/lib/postgresql/17/main';

/** The proposal for the bare pg3, after a change of what is shown. */
export async function planned(change: (fake: Fake) => void = () => undefined, more: object = {}) {
  const fake = clusterFor('bootstrap');
  change(fake);
  return bootstrap.propose({ ...typedFor('bootstrap'), ...more }, fake.view);
}

/** What is shown of a path on the bare host. */
export const pathIn = ({ standbys }: Pick<Fake, 'standbys'>, path: string) => {
  const facts = standbys.shown.paths[path];
  if (!facts) throw new Error(`${path} is not looked at`);
  return facts;
};

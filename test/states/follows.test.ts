import { follows } from '../../src/states/follows.ts';
import { holderIsNoPrimary } from '../../src/states/holder-is-no-primary.ts';
import { newPrimary } from '../../src/states/new-primary.ts';
import { keptIs } from '../../src/states/kept-is.ts';
import { dcsIn, memberIn } from '../support/fake-cluster.ts';
import { diverge, keep, wedge } from '../support/fake-rebuild.ts';
import { CLUSTER, NOW } from '../support/healthy-cluster.ts';
import { type Change, healthy, promoted, testStates } from './state-table.ts';

/** pg3 parted, receives the new timeline from the beginning of a segment on, and looks like streaming to its primary. */
const looksAlive: Change = (fake) => {
  const row = memberIn(fake, 'pg1').sql.standbys.find(({ name }) => name === 'pg3');
  diverge(fake);
  Object.assign(memberIn(fake, 'pg3').sql, { timeline: 7, walReceiver: { status: 'streaming', timeline: 7 } });
  if (row) memberIn(fake, 'pg1').sql.standbys.push(row);
};

testStates({
  'a member that follows': [
    follows(CLUSTER, 'pg3', 7),
    ['streams and replays', healthy, true, 'streaming from pg1'],
    ['does not stream', diverge, 'not yet', 'not connected'],
    ['receives the timeline and does not replay it', looksAlive, 'not yet', 'receives timeline 7 but replays 6'],
    ['is overtaken by another change of the leader', promoted, 'impossible', 'leader changed again'],
  ],
  'a leader key with no primary behind it': [
    holderIsNoPrimary(CLUSTER, 'pg1'),
    ['starts for minutes', wedge, true, 'says that it takes no connections'],
    ['leads', healthy, 'impossible', 'is a primary by SQL'],
    ['is held by another one now', promoted, 'impossible', 'pg2 holds the leader key now'],
  ],
  'a new primary': [
    newPrimary(CLUSTER, 'pg1', 8),
    ['was promoted', promoted, true, 'pg2 is the primary on timeline 8'],
    ['is the old one', healthy, 'impossible', 'pg1 is the primary itself'],
    ['is not there yet', (fake) => Reflect.deleteProperty(dcsIn(fake), 'leader'), 'not yet', 'nobody holds the leader key'],
  ],
  'what is kept': [
    keptIs({ cluster: CLUSTER, member: 'pg3', suffix: 'old-t6-3000000', sinceMs: NOW }),
    ['is the one that was looked at', keep, true, 'is the one'],
    ['is gone', healthy, 'impossible', 'nothing is kept'],
  ],
});

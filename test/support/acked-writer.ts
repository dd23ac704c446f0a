import { setTimeout as delay } from 'node:timers/promises';
import type { HostName } from '../../lab/inventory.ts';
import { superSql } from './diverge.ts';
import type { Scene } from './scene.ts';

/** Rows that the surviving branch has acknowledged, one by one. */
export interface AckedWriter {
  /** Ends it and gives the ids that were acknowledged. */
  stop(): Promise<readonly number[]>;
}

/** Writes into `acked` on a member until it is stopped; what fails is not acknowledged. */
export async function ackedWriter(scene: Scene, host: HostName): Promise<AckedWriter> {
  await superSql(scene, host, 'drop table if exists acked; create table acked (id int primary key)');
  const acked: number[] = [];
  let goOn = true;
  const writing = (async () => {
    for (let id = 1; goOn; id += 1) {
      await superSql(scene, host, `insert into acked values (${id})`).then(
        () => acked.push(id),
        () => undefined,
      );
      await delay(20);
    }
  })();
  return {
    async stop() {
      goOn = false;
      await writing;
      return acked;
    },
  };
}

/** The acknowledged rows that a member does not have. */
export async function missingRows(scene: Scene, host: HostName, acked: readonly number[]): Promise<readonly number[]> {
  const there = new Set((await superSql(scene, host, 'select id from acked')).split('\n').map(Number));
  return acked.filter((id) => !there.has(id));
}

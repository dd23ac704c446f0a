import { expect, it } from 'vitest';
import { shareNext } from '../../lab/slack/share-next.ts';

it('lets those who ask during one call share the next, which sees what was there when they asked', async () => {
  const open: (() => void)[] = [];
  let value = 0;
  const read = shareNext(async (_key: string) => {
    const seen = value;
    await new Promise<void>((resolve) => open.push(resolve));
    return seen;
  });
  const first = read('C1');
  value = 1;
  const others = [read('C1'), read('C1')];
  const elsewhere = read('C2');
  expect(open).toHaveLength(2);
  for (const resolve of open) resolve();
  expect(await Promise.all([first, elsewhere])).toEqual([0, 1]);
  expect(open).toHaveLength(3);
  open[2]?.();
  expect(await Promise.all(others)).toEqual([1, 1]);
});

import { baseImage } from './base-image.ts';
import { generations } from './inventory.ts';
import { withLabLock } from './lock.ts';
import { labPaths } from './paths.ts';

/** Makes the images of the named generations (`12`, `13`; both by default) ahead of time, one after the other. */
const wanted = process.argv.slice(2);
for (const generation of Object.values(generations).filter(({ debian }) => wanted.length === 0 || wanted.includes(debian))) {
  const started = Date.now();
  await withLabLock(`image of Debian ${generation.debian}`, () => baseImage(generation, labPaths(generation)));
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (Number(seconds) > 1) console.log(`image of Debian ${generation.debian}: ${seconds} s`);
}

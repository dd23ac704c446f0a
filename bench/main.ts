import { cpus, release, totalmem } from 'node:os';
import type { BenchResult } from './stats.ts';

/** Runs one bench by its name. With `--json` the last line is the result as one object. */
const [name = '', ...options] = process.argv.slice(2);
const json = options.includes('--json');
const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'cpu'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}`;
console.log(`machine: ${machine} (shared: read the ratio, not the milliseconds)`);
const { default: run } = (await import(`./${name}.ts`)) as { default: (options: { json: boolean }) => Promise<BenchResult> };
const result = await run({ json });
console.log(
  `${result.name}: ours ${result.ours} ${result.unit}, peer ${result.peer} ${result.unit}, ratio ${result.ratio}, n ${result.n}, p99 ${result.p99} ${result.unit}`,
);
console.log(JSON.stringify(json ? { ...result, machine } : result, null, json ? 0 : 2));
process.exit(0);

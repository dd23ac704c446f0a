import process from 'node:process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/**
 * The argv that starts the real program, without its own words: what `npm run build` made where `$TRUNKLINE_PROGRAM` names its `main.js`
 * (as `npm test` does: it starts in half the time and is what is shipped), else the sources.
 */
export function program(env: NodeJS.ProcessEnv = process.env): readonly string[] {
  const built = env.TRUNKLINE_PROGRAM;
  return [process.execPath, ...(built ? [built] : ['--import', import.meta.resolve('tsx'), main])];
}

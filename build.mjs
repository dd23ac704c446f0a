#!/usr/bin/env node
/** Compiles to dist/, where `#kit` is the compiled kit. Plain Node. */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';

rmSync('dist', { recursive: true, force: true });
const compiled = spawnSync('node_modules/.bin/tsc', ['--project', 'tsconfig.build.json'], { stdio: 'inherit' });
if (compiled.error) console.error(`the compiler can not be started (${compiled.error.message}): run \`npm ci\` first`);
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
writeFileSync('dist/package.json', `${JSON.stringify({ type: 'module', imports: { '#kit': './src/kit.js' } }, null, 2)}\n`);
console.log('compiled to dist/');

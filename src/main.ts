#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { runProgram } from './program.ts';

/** Environment, arguments and signals in; an exit code out. */
const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopping.abort(signal));

const code = await runProgram({
  argv: process.argv.slice(2),
  env: process.env,
  readFile: (path) => readFileSync(path, 'utf8'),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  stop: stopping.signal,
  columns: process.stdout.isTTY ? process.stdout.columns : undefined,
});
process.exit(code);

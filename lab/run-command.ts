import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly env?: NodeJS.ProcessEnv;
}

export interface CommandResult {
  /** Exit code; 128 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs one program without a shell and collects what it says. A non-zero exit is a result, not an error.
 * Throws when the program cannot be started or outlives `timeoutMs` (default 60 s; it is killed then).
 */
export function runCommand(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
  const [program = '', ...args] = argv;
  const { input, timeoutMs = 60_000, env = process.env } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${describe(argv)} did not end within ${timeoutMs / 1000} s`));
    }, timeoutMs);
    child.stdout?.on('data', (part: Buffer) => out.push(part));
    child.stderr?.on('data', (part: Buffer) => err.push(part));
    child.on('error', (cause) => {
      clearTimeout(timer);
      reject(new Error(`${program} could not be started: ${cause.message}`, { cause }));
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 128, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
    if (child.stdin !== null && input !== undefined) {
      child.stdin.on('error', () => undefined); // it may end before it has read everything: its exit code tells
      child.stdin.end(input);
    }
  });
}

/** Like `runCommand`, returning stdout; throws with the end of what the program said when it fails. */
export async function mustRun(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await runCommand(argv, options);
  if (result.code === 0) return result.stdout;
  const said = `${result.stderr}${result.stdout}`.trim().split('\n').slice(-8).join('\n');
  throw new Error(`${describe(argv)} failed (exit ${result.code}): ${said}`);
}

function describe(argv: readonly string[]): string {
  const text = argv.join(' ');
  return text.length > 160 ? `${text.slice(0, 160)}...` : text;
}

/** Lets a few connection attempts to one sshd through at once; the others wait. */
export interface ConnectGate {
  /** Runs `attempt` when fewer than the limit to this address are under way. */
  through<T>(address: string, attempt: () => Promise<T>): Promise<T>;
}

/**
 * sshd drops attempts at random from MaxStartups on, 10 of them not yet logged in (sshd_config(5)); 5 at once were never dropped.
 */
export function createConnectGate(mostAtOnce = 5): ConnectGate {
  const gates = new Map<string, { active: number; readonly waiting: (() => void)[] }>();
  return {
    async through(address, attempt) {
      const gate = gates.get(address) ?? { active: 0, waiting: [] };
      gates.set(address, gate);
      while (gate.active >= mostAtOnce) await new Promise<void>((resolve) => gate.waiting.push(resolve));
      gate.active += 1;
      try {
        return await attempt();
      } finally {
        gate.active -= 1;
        gate.waiting.shift()?.();
        if (gate.active === 0 && gate.waiting.length === 0) gates.delete(address);
      }
    },
  };
}

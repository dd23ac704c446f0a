/** Who leads before and after, and what stands between clients and them: a part of what each preflight finds. */
export interface Handover {
  readonly leader: string;
  readonly target: string;
  /** That `leader` leads, or led. */
  readonly timeline: number;
  readonly hasProxies: boolean;
  readonly tellsProxies: boolean;
  readonly probesWrites: boolean;
}

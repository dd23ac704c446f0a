import type { Severity } from '../core/severity.ts';
import type { SituationName } from '../core/situation-name.ts';
import { isInside, type TimeWindow } from '../core/time-window.ts';
import type { Route, Routing } from './ports.ts';

/** One rule of who is told, as the configuration says it; each list means all when absent. */
export interface RouteRule {
  readonly clusters?: readonly string[] | undefined;
  readonly environments?: readonly string[] | undefined;
  readonly severities?: readonly Severity[] | undefined;
  readonly situations?: readonly SituationName[] | undefined;
  readonly hours?: readonly TimeWindow[] | undefined;
  readonly channel?: string | undefined;
  readonly mention: readonly string[];
  readonly targets: readonly string[];
  /** Durations are milliseconds. */
  readonly backup?: { readonly targets: readonly string[]; readonly after: number } | undefined;
  readonly escalation: readonly {
    readonly after: number;
    readonly mention: readonly string[];
    readonly targets: readonly string[];
  }[];
}

export interface RoutingOptions {
  readonly rules: readonly RouteRule[];
  /** The channel where no rule names one. */
  readonly channel: string;
  /** Every target by name: they stand in for Slack where no rule says otherwise. */
  readonly targets: readonly string[];
  readonly clusters: readonly { readonly name: string; readonly environment: string; readonly etcd?: string | undefined }[];
}

/** Milliseconds that Slack has to take a first message before others are told, where no rule says otherwise. */
const BACKUP_AFTER_MS = 20_000;
const NO_RULE: RouteRule = { mention: [], targets: [], escalation: [] };

/**
 * Who is told of an incident: the first rule that fits. What is wrong with an etcd (`etcd NAME`) fits where one of the clusters does
 * that live on it. Pure.
 */
export function createRouting(options: RoutingOptions): Routing {
  return {
    routeOf(about, atMs) {
      const places = placesOf(options, about.cluster);
      const rule = options.rules.find((one) => fits(one, places, about) && isOpen(one, atMs)) ?? NO_RULE;
      return routeBy(rule, options, about.severity);
    },
  };
}

type Place = Omit<RoutingOptions['clusters'][number], 'etcd'>;

function placesOf({ clusters }: RoutingOptions, name: string): readonly Place[] {
  const etcd = /^etcd (.+)$/.exec(name)?.[1];
  const found = clusters.filter((one) => (etcd === undefined ? one.name === name : one.etcd === etcd));
  return found.length > 0 ? found : [{ name, environment: '' }];
}

function fits(
  { clusters, environments, severities, situations }: RouteRule,
  places: readonly Place[],
  { severity, situation }: { readonly severity: Severity; readonly situation: SituationName },
): boolean {
  const isHere = ({ name, environment }: Place) =>
    (clusters?.includes(name) ?? true) && (environments?.includes(environment) ?? true);
  return places.some(isHere) && (severities?.includes(severity) ?? true) && (situations?.includes(situation) ?? true);
}

function isOpen({ hours }: RouteRule, atMs: number): boolean {
  return hours?.some((window) => isInside(window, atMs)) ?? true;
}

function routeBy(
  { channel, mention, targets, backup, escalation }: RouteRule,
  options: RoutingOptions,
  severity: Severity,
): Route {
  const usual = severity === 'info' ? [] : options.targets;
  return {
    channel: channel ?? options.channel,
    mention,
    targets,
    backup: { targets: backup?.targets ?? usual, afterMs: backup?.after ?? BACKUP_AFTER_MS },
    escalation: escalation.map((step) => ({ afterMs: step.after, mention: step.mention, targets: step.targets })),
  };
}

import type { Effect } from '../../models/effect.ts';
import type { SiteEvent } from '../../models/event.ts';
import type { Found, SiteConfig } from '../../models/site.ts';
import type { Session, SiteId } from '../../models/words.ts';

/** What a trace is made of: spec/trace.md says it for those who write one in another language. */
export const formatName = 'sidefile-trace';
export const formatVersion = 1;

/**
 * `full`: every event and every effect of the machines. `observable`: what can be seen of a site
 * from outside, its frames, links, hosts and operators.
 */
export type Level = 'full' | 'observable';

/** The first line. */
export interface TraceHeader {
  readonly format: typeof formatName;
  readonly version: typeof formatVersion;
  readonly level: Level;
  /** Connections of a session: with one, frames of a session arrive in the order they were sent. */
  readonly lanes: number;
  readonly configs: readonly [SiteConfig, SiteConfig, SiteConfig];
}

/** One reaction of one site: what happened to it, and what it did in answer. */
export interface TraceLine {
  readonly site: SiteId;
  /** From 1, without a gap, over all lives of the site. */
  readonly number: number;
  /** Null, in observable traces only: something inside the site. */
  readonly event: TraceEvent | null;
  readonly effects: readonly TraceEffect[];
}

export type TraceEvent =
  | Exclude<SiteEvent, { type: 'received' }>
  | Received
  /** `found`: what the disk gave back. Observable traces: where a site is new, and wherever it is known. */
  | { readonly type: 'start'; readonly found?: Found }
  | { readonly type: 'end'; readonly how: 'crash' | 'stop' }
  /** Its disk does from now on what no disk may: a bit turns, a write goes astray, a copy of the past is put in. */
  | { readonly type: 'disk.lies'; readonly how: string };

/** A frame is named by its sender and by the number its sender gave it. */
export interface Received {
  readonly type: 'received';
  readonly from: SiteId;
  readonly session: Session;
  readonly frame: number;
}

/** `frame`: from 1, without a gap, over all frames the site sends in all its lives. */
export type TraceEffect =
  | Exclude<Effect, { type: 'send' }>
  | (Extract<Effect, { type: 'send' }> & { readonly frame: number });

/** The last line: how many lines each site wrote. Without it the trace was cut short. */
export interface TraceEnd {
  readonly ends: readonly [number, number, number];
}

const observableEvents = new Set<string>([
  'host.write',
  'host.read',
  'host.flush',
  'host.expired',
  'link.up',
  'link.down',
  'received',
  'operator',
  'start',
  'end',
  'disk.lies',
]);
const observableEffects = new Set<string>(['send', 'answer', 'read', 'stop']);

export const isObservableEvent = (event: TraceEvent): boolean => observableEvents.has(event.type);
export const isObservableEffect = ({ type }: { readonly type: string }): boolean =>
  observableEffects.has(type);

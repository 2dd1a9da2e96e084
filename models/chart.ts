import { enqueueActions } from 'xstate';
import type { Effect } from './effect.ts';
import type { SiteEvent } from './event.ts';
import type { Message } from './message.ts';
import type { SiteContext, Turn } from './site.ts';
import type { Session, SiteId } from './words.ts';

/** What charts share: their events, and how a rule becomes an action. */

type Frames = {
  [Type in Message['type']]: {
    readonly type: Type;
    readonly from: SiteId;
    readonly session: Session;
    readonly message: Extract<Message, { type: Type }>;
  };
}[Message['type']];

/** What `step` says to a chart itself. */
type Inner =
  /** The role was just taken over. */
  | { readonly type: 'entered' }
  /** The event is dealt with: now whatever follows from it. */
  | { readonly type: 'carryOn' };

export type ChartEvent = Exclude<SiteEvent, { type: 'received' }> | Frames | Inner;

/** An action's parameters as XState hands them on. */
export type Performed = { readonly effect: Effect } | { readonly become: Become };

/** The other role chart takes over, in this state. */
export interface Become {
  readonly chart: 'primary' | 'mirror';
  readonly state: string;
}

type Rule = (turn: Turn, event: never) => void;

/** Makes an action of a rule: its changes are assigned, its effects are performed in order. */
export function act(...rules: Rule[]) {
  // biome-ignore lint/suspicious/noExplicitAny: setup() fixes the types where charts are made
  return enqueueActions(({ context, event, enqueue }: any) => {
    const turn: Turn = { site: context, effects: [] };
    for (const rule of rules) rule(turn, event as never);
    if (turn.site !== context) enqueue.assign(() => turn.site);
    for (const effect of turn.effects) enqueue({ type: 'perform', params: { effect } });
    // biome-ignore lint/suspicious/noExplicitAny: as above
  }) as any;
}

/** The same for a rule that needs parameters of its place in the chart. */
export function actWith<Params>(rule: (turn: Turn, params: Params) => void) {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  return enqueueActions(({ context, enqueue }: any, params: any) => {
    const turn: Turn = { site: context, effects: [] };
    rule(turn, params);
    if (turn.site !== context) enqueue.assign(() => turn.site);
    for (const effect of turn.effects) enqueue({ type: 'perform', params: { effect } });
    // biome-ignore lint/suspicious/noExplicitAny: as above
  }) as any;
}

export function become(chart: Become['chart'], state: string) {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  return enqueueActions(({ enqueue }: any) => {
    enqueue({ type: 'perform', params: { become: { chart, state } } });
    // biome-ignore lint/suspicious/noExplicitAny: as above
  }) as any;
}

/** Makes a guard of a question about the site and the event. */
export function ask(question: (site: SiteContext, event: never) => boolean) {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  return (({ context, event }: any) => question(context, event as never)) as any;
}

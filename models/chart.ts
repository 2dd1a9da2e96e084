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

/** The other role chart takes over, in this state. */
export interface Become {
  readonly chart: 'primary' | 'mirror';
  readonly state: string;
}

/**
 * The context of a chart: the reaction in the making. It is new at each event, and actions write into
 * it: XState's `assign` would build a whole snapshot for each of them, which costs more than the rules.
 * Nobody but `step` sees it; from outside a step is a function of site and event.
 */
export interface Reaction extends Turn {
  become: Become | null;
}

/** What guards and actions are asked with. */
export interface Asked {
  readonly context: Reaction;
  readonly event: ChartEvent;
}

/** Makes an action of rules: they change the site and add effects, in order. */
export function act(...rules: ((turn: Turn, event: never) => void)[]) {
  return ({ context, event }: Asked): void => {
    for (const rule of rules) rule(context, event as never);
  };
}

/** The same for a rule that needs parameters of its place in the chart. */
export function actWith<Params>(rule: (turn: Turn, params: Params) => void) {
  return ({ context }: Asked, params: Params): void => rule(context, params);
}

export function become(chart: Become['chart'], state: string) {
  return ({ context }: Asked): void => {
    context.become = { chart, state };
  };
}

/** Makes a guard of a question about the site and the event. */
export function ask(question: (site: SiteContext, event: never) => boolean) {
  return ({ context, event }: Asked): boolean => question(context.site, event as never);
}

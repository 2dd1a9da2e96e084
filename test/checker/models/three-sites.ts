import {
  always,
  type Component,
  type Composition,
  eventually,
  type Output,
  sometimes,
} from '../../../models/model.ts';

/**
 * A stand-in for a mirrored arrangement, for measuring: a primary numbers writes, stores and forwards them to two mirrors over
 * channels; each site has a disk that flushes when it likes, may crash, and loses what was not flushed. It is no sidefile protocol.
 */
interface Site {
  readonly up: boolean;
  readonly taken: number;
  readonly flushed: number;
  readonly heard: readonly [number, number];
}

type Happened =
  | { readonly type: 'write' }
  | { readonly type: 'flushed' }
  | { readonly type: 'crash' }
  | { readonly type: 'restart' }
  | { readonly type: 'store'; readonly number: number }
  | { readonly type: 'stored'; readonly by: 0 | 1; readonly through: number }
  | { readonly type: 'lost'; readonly mirror: 0 | 1 };

const mirrors = ['near', 'far'] as const;

export interface ThreeSites {
  readonly writes: number;
  readonly crashes: number;
  readonly cuts: number;
  readonly capacity: number;
}

export function threeSites({ writes, crashes, cuts, capacity }: ThreeSites): Composition {
  const channel = (from: string, to: string) =>
    ({ order: 'fifo', from, to, capacity, silent: deaf }) as const;
  return {
    name: `three sites, ${writes} writes`,
    components: { primary: primary(writes), near: mirror(0), far: mirror(1) },
    channels: {
      'primary to near': channel('primary', 'near'),
      'primary to far': channel('primary', 'far'),
      'near to primary': channel('near', 'primary'),
      'far to primary': channel('far', 'primary'),
    },
    joint: mirrors.map((name, index) => ({
      name: `cut ${name}`,
      reads: ['primary', name],
      generate: () => [
        {
          name: `cut ${name}`,
          budget: 'cuts',
          fault: true,
          clear: [`primary to ${name}`, `${name} to primary`],
          deliver: [['primary', { type: 'lost', mirror: index }]],
        },
      ],
    })),
    budgets: { crashes, cuts },
    properties: [
      always(
        'T-1',
        'no mirror has flushed what the primary never numbered',
        ['primary', 'near'],
        (p: Site, m: Site) => !p.up || m.flushed <= writes,
      ),
      always(
        'T-2',
        'the primary believes no more than is so',
        ['primary', 'near', 'far'],
        (p: Site, near: Site, far: Site) =>
          p.heard[0] <= Math.max(near.flushed, near.taken) &&
          p.heard[1] <= Math.max(far.flushed, far.taken),
      ),
      sometimes('T-3', 'everything is everywhere', ['primary', 'near', 'far'], (...all: Site[]) =>
        all.every(({ flushed }) => flushed === writes),
      ),
    ],
  };
}

/** The same, with a goal, for measuring what liveness costs. */
export function threeSitesLive(bounds: ThreeSites): Composition {
  const world = threeSites(bounds);
  return {
    ...world,
    properties: [
      ...world.properties,
      eventually(
        'T-4',
        'every site is up',
        ['primary', 'near', 'far'],
        (...all: Site[]) => all.every(({ up }) => up),
        { fairness: 'reachable' },
      ),
    ],
  };
}

const deaf = (_: unknown, receiver: unknown) => !(receiver as Site).up;

const start: Site = { up: true, taken: 0, flushed: 0, heard: [0, 0] };

function primary(writes: number): Component<Site, Happened> {
  const tell = (number: number): Output[] =>
    mirrors.map((name) => ({ to: `primary to ${name}`, event: { type: 'store', number } }));
  return {
    initial: start,
    step: (site, event) => {
      switch (event.type) {
        case 'write':
          return {
            state: { ...site, taken: site.taken + 1 },
            outputs: tell(site.taken + 1),
            marks: ['write'],
          };
        case 'stored': {
          const heard = [...site.heard] as [number, number];
          heard[event.by] = Math.max(heard[event.by], event.through);
          return { state: { ...site, heard }, marks: [`heard ${event.by}`] };
        }
        case 'lost': {
          const again = Array.from(
            { length: site.taken - site.heard[event.mirror] },
            (_, index) => ({
              to: `primary to ${mirrors[event.mirror]}`,
              event: { type: 'store', number: site.heard[event.mirror] + index + 1 },
            }),
          );
          return { state: site, outputs: site.up ? again : [] };
        }
        default:
          return { state: common(site, event) };
      }
    },
    moves: (site) => [
      ...(site.up && site.taken < writes
        ? [{ name: 'write', event: { type: 'write' } } as const]
        : []),
      ...moves(site),
    ],
  };
}

function mirror(index: 0 | 1): Component<Site, Happened> {
  const answer = (through: number): Output[] => [
    { to: `${mirrors[index]} to primary`, event: { type: 'stored', by: index, through } },
  ];
  return {
    initial: start,
    step: (site, event) => {
      if (event.type === 'store')
        return { state: { ...site, taken: Math.max(site.taken, event.number) } };
      const state = common(site, event);
      return event.type === 'flushed' ? { state, outputs: answer(state.flushed) } : { state };
    },
    moves,
  };
}

function common(site: Site, event: Happened): Site {
  switch (event.type) {
    case 'flushed':
      return { ...site, flushed: site.taken };
    case 'crash':
      return { up: false, taken: site.flushed, flushed: site.flushed, heard: [0, 0] };
    case 'restart':
      return { ...site, up: true };
    default:
      return site;
  }
}

function moves(site: Site) {
  if (!site.up) return [{ name: 'restart', event: { type: 'restart' } } as const];
  const crash = {
    name: 'crash',
    event: { type: 'crash' },
    budget: 'crashes',
    fault: true,
  } as const;
  return site.taken > site.flushed
    ? [crash, { name: 'flush', event: { type: 'flushed' } } as const]
    : [crash];
}

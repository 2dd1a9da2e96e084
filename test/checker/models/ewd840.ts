import { always, type Model } from '../../../models/model.ts';

export interface Ring {
  readonly active: readonly boolean[];
  readonly black: readonly boolean[];
  readonly token: number;
  readonly isTokenBlack: boolean;
}

const bothWays = (count: number): readonly (readonly boolean[])[] =>
  count === 0
    ? [[]]
    : bothWays(count - 1).flatMap((rest) => [false, true].map((b) => [...rest, b]));

/** Dijkstra's detection of termination on a ring (EWD840), from every state of nodes and token. */
export function ewd840(count: number): Model<Ring> {
  const nodes = [...Array(count).keys()];
  const detects = ({ active, black, isTokenBlack, token }: Ring) =>
    token === 0 && !isTokenBlack && !black[0] && !active[0];
  return {
    name: `EWD840, ${count} nodes`,
    initial: bothWays(count).flatMap((active) =>
      bothWays(count).flatMap((black) =>
        nodes.map((token) => ({ active, black, token, isTokenBlack: true })),
      ),
    ),
    *actions(ring) {
      const { active, black, isTokenBlack, token } = ring;
      const whitened = black.with(token, false);
      if (token === 0 && (isTokenBlack || black[0]))
        yield ['probe', { ...ring, black: whitened, token: count - 1, isTokenBlack: false }];
      if (token > 0 && (!active[token] || black[token] || isTokenBlack)) {
        const isDarker = isTokenBlack || black[token]!;
        yield ['pass', { ...ring, black: whitened, token: token - 1, isTokenBlack: isDarker }];
      }
      for (const node of nodes.filter((one) => active[one])) {
        yield [`stop ${node}`, { ...ring, active: active.with(node, false) }];
        for (const other of nodes.filter((one) => one !== node)) {
          const darker = black.with(node, other > node || black[node]!);
          yield [`send ${node}`, { ...ring, active: active.with(other, true), black: darker }];
        }
      }
    },
    properties: [
      always(
        'E-1',
        'what is detected is so',
        (ring: Ring) => !detects(ring) || !ring.active.includes(true),
      ),
    ],
  };
}

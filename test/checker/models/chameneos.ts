import { always, eventually, type Model } from '../../../models/model.ts';

type Color = 'blue' | 'red' | 'yellow' | 'faded';

interface State {
  readonly creatures: readonly { readonly color: Color; readonly met: number }[];
  /** Who waits at the meeting place, or null. */
  readonly waiting: number | null;
  readonly meetings: number;
}

const colors = ['blue', 'red', 'yellow'] as const;

/** The TLA+ example Chameneos: creatures meet in pairs, take the third color, and fade when there were meetings enough. */
export function chameneos(meetingsMost: number, creatureCount: number): Model<State> {
  return {
    name: `Chameneos, ${meetingsMost} meetings of ${creatureCount}`,
    initial: palettes(creatureCount).map((palette) => ({
      creatures: palette.map((color) => ({ color, met: 0 })),
      waiting: null,
      meetings: 0,
    })),
    *actions({ creatures, meetings, waiting }) {
      for (const [index, { color, met }] of creatures.entries()) {
        const name = `creature ${index} comes`;
        if (color === 'faded' || waiting === index) continue;
        if (waiting !== null) {
          const other = creatures[waiting]!;
          const next = third(color, other.color);
          const changed = creatures
            .with(index, { color: next, met: met + 1 })
            .with(waiting, { color: next, met: other.met + 1 });
          yield [name, { creatures: changed, waiting: null, meetings: meetings + 1 }];
        } else if (meetings < meetingsMost) {
          yield [name, { creatures, waiting: index, meetings }];
        } else {
          const faded = creatures.with(index, { color: 'faded', met });
          yield [name, { creatures: faded, waiting, meetings }];
        }
      }
    },
    properties: [
      always('CHA-1', 'each meeting is one of two', ({ creatures, meetings }: State) => {
        return creatures.reduce((sum, { met }) => sum + met, 0) === 2 * meetings;
      }),
      eventually('CHA-2', 'all meetings were', ['meetings'], (n: number) => n === meetingsMost),
    ],
  };
}

const palettes = (count: number): readonly (readonly Color[])[] =>
  count === 0
    ? [[]]
    : palettes(count - 1).flatMap((rest) => colors.map((color) => [...rest, color]));

const third = (one: Color, other: Color): Color =>
  one === other ? one : colors.find((color) => color !== one && color !== other)!;

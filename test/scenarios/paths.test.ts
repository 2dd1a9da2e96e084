import { createTestModel } from '@xstate/test';
import { describe, expect, it } from 'vitest';
import { type LifeEvent, lifeOfAnArrangement } from '../../models/test-paths.ts';
import { endsLevel, happens, isTrue } from './life.ts';
import { backends, castOf } from './scenario.ts';
import { Stage } from './stage.ts';

const model = createTestModel(lifeOfAnArrangement);
const serializeState = ({ value }: { readonly value: unknown }) => JSON.stringify(value);
const simple = model.getSimplePaths({ serializeState });
const kinds = { shortest: model.getShortestPaths(), simple };

describe('paths of the test model', () => {
  it('are counted, and lead through every state', () => {
    const counts = { shortest: kinds.shortest.length, simple: kinds.simple.length };
    console.log(`${counts.shortest} shortest and ${counts.simple} simple paths`);
    expect(counts).toEqual({ shortest: 18, simple: 9 });
    const states = Object.keys(lifeOfAnArrangement.states).sort();
    expect(Object.keys(isTrue).sort()).toEqual(states);
  });

  for (const backend of backends) {
    for (const [kind, paths] of Object.entries(kinds)) {
      for (const path of paths) {
        it(`${backend}, ${kind}, EPOCH-80 RESYNC-20: ${path.description}`, async () => {
          const stage = new Stage(backend, { sidefile: { capacity: 8 } });
          await stage.opens();
          const cast = castOf(stage);
          await path.test({
            events: Object.fromEntries(
              Object.entries(happens).map(([type, happen]) => [
                type,
                async () => {
                  stage.marksThisMoment();
                  await happen(cast);
                  await stage.settle();
                },
              ]),
            ) as Record<LifeEvent['type'], () => Promise<void>>,
            states: Object.fromEntries(
              Object.entries(isTrue).map(([state, claim]) => [state, () => claim(cast)]),
            ),
          });
          await endsLevel(cast);
        });
      }
    }
  }
});

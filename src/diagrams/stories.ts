import type { HostState } from '../../models/host.ts';
import { instances } from '../../models/instances.ts';
import { always, type Occurred, type Property, transition } from '../../models/model.ts';
import type { Frame, Node } from '../../models/node.ts';
import { type Bounds, worldOf } from '../../models/world.ts';
import { checkModel } from '../checker/check.ts';
import { renderSequence } from './sequence.ts';
import { names, rowsOfRun } from './told.ts';

/**
 * A story of the protocol. No drawing of ours: it is the shortest run of the machines that ends this
 * way, found by denying that there is one.
 */
export interface Story {
  readonly name: string;
  readonly title: string;
  /** What to look at. */
  readonly shows: string;
  readonly bounds: Bounds;
  readonly denial: Property;
  readonly closing: string;
}

function instance(name: string): Bounds {
  const found = instances.find((bounds) => bounds.name === name);
  if (found === undefined) throw new Error(`a story is drawn from the instance "${name}"`);
  return found;
}

/** Denies the step in which a message of this type arrives from that site, after the write was told. */
const arrives = (type: string, from: number): Property =>
  transition(
    'STORY',
    'no such run',
    null,
    (before: { readonly host: HostState }, { event }: Occurred) => {
      const frame = (event ?? {}) as Partial<Frame>;
      return !(wasTold(before.host) && frame.from === from && frame.message?.type === type);
    },
  );

const wasTold = (host: HostState): boolean => host.writes[0]?.state === 'acknowledged';

const streams = (node: Node, to: 0 | 1 | 2, through: number): boolean => {
  const peer = node.site?.context.peers[to];
  return peer?.phase === 'streaming' && peer.held.contiguous >= through;
};

export const stories: readonly Story[] = [
  {
    name: 'write',
    title:
      'A host write: stored at two sites before it is answered, and at the third a little later',
    shows:
      'The write goes to both mirrors at once. The host is answered when the primary and the sync mirror hold it. When the async mirror acknowledges, the primary informs the sync mirror, which confirms: these are the acknowledgement fields of the first and the third sidefile (claims 9 to 12, 23 to 25).',
    bounds: { ...instance('takeover'), crashes: 0, timeouts: 0 },
    denial: always(
      'STORY',
      'no such run',
      ['host', 'P'],
      (host: HostState, primary: Node) =>
        !wasTold(host) || (primary.site?.context.peers[1].informed.contiguous ?? 0) === 0,
    ),
    closing:
      'The sync mirror knows what the async mirror holds, and the primary knows that it does.',
  },
  {
    name: 'failover',
    title: 'The primary is lost: the shortest run of the machines, as the checker finds it',
    shows:
      'The promise is the fence and the comparison of the two sidefiles by sequence in one exchange (claims 1, 3, 4). What the async mirror lacks follows in order (claims 2, 14).',
    bounds: instance('takeover'),
    denial: arrives('write', 1),
    closing: 'Both mirrors hold the same writes; hosts go on at the new primary.',
  },
  {
    name: 'return',
    title:
      'The old primary comes back: it learns the newer epoch, becomes a mirror and is brought level',
    shows:
      'It asks before it acts, hears that it was replaced, takes the newer record and follows. There is one procedure of resync for any pair of sites.',
    bounds: { ...instance('takeover'), timeouts: 1 },
    denial: always(
      'STORY',
      'no such run',
      ['host', 'S', 'P'],
      (host: HostState, sync: Node, primary: Node) =>
        !(wasTold(host) && primary.site?.role === 'mirror' && streams(sync, 0, 1)),
    ),
    closing: 'The old primary follows the new one, and holds what it holds.',
  },
  {
    name: 'update',
    title: 'A mirror whose writes were overwritten in the sidefile is brought level by its bits',
    shows:
      'The sidefiles here keep one entry. What was dropped is known as changed blocks; they are staged beside the mirror’s volume until one durable mark makes them its content.',
    bounds: { ...instance('ring'), crashes: 0, slow: [], timeouts: 0 },
    denial: arrives('stageCommitted', 2),
    closing: 'The mirror stands at the mark’s position; ordered writes follow from there.',
  },
];

export async function renderStory(story: Story): Promise<string> {
  const { counterexample } = await checkModel(worldOf(story.bounds, [story.denial]));
  if (counterexample === null) throw new Error(`no run shows the story "${story.name}"`);
  return renderSequence({
    title: story.title,
    participants: Object.values(names),
    rows: rowsOfRun(counterexample, story.closing),
  });
}

/** The page that shows them all. */
export const renderStories = (): string =>
  [
    '# Stories',
    '',
    'Generated from [`src/diagrams/stories.ts`](../../src/diagrams/stories.ts) by `npx sidefile diagrams`; do not edit.',
    'No drawings of ours: each is the shortest run of the machines that ends this way, found by the checker.',
    '',
    ...stories.flatMap(({ name, title, shows }) => [
      `## ${title}`,
      '',
      shows,
      '',
      `![${title}](${name}.svg)`,
      '',
    ]),
  ].join('\n');

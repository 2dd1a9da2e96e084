/** What the default worlds never show (models/coverage.ts), and why that is in order. `sidefile check` wants each hole to be here. */
export interface Unreached {
  readonly mark: string;
  readonly why: string;
}

const underWay =
  'a leg with an update or a comparison under way ends its session when it is suspended (suspendLeg), and the mirror its part of it with the session; what begins anew in one session begins with a record, which ends that part too';
const noFetch =
  'takes a third site that streams while another one says `gone`: `retired` and `retired-near`, in which that is said, leave it away; with it `retired` is too large for the default set (362,000 states were visited, none showed it)';
const fetchedOfShipped =
  'takes a new primary that lacks what was elected and a mirror that waits for blocks and still has it (RECOVERY-30), here besides a second one on the other leg or after it was dropped there: one failure more than its world has';
const session =
  'a session begins only where the one before has ended, and each end is heard once: the leg it is about answers, never the root';

export const unreached: readonly Unreached[] = [
  {
    mark: 'stop',
    why: 'a mirror stops when it is sent another write than it has at a position: the rules of epochs keep that from happening, whatever is lost',
  },
  { mark: 'primary on link.up to itself', why: session },
  { mark: 'primary on link.down to itself', why: session },
  ...[0, 1].map((leg) => {
    const name = `primary.${leg === 0 ? 'first' : 'second'}`;
    return {
      mark: `${name}.greeting on recordStored if isRefused {"leg":${leg}} to ${name}.suspended`,
      why: 'a mirror that stands on the record shares its history, and a primary is whole: what is left is one with blocks to repair that is greeted before the primary has fetched what that one retired, two failures after a loss that was agreed to',
    };
  }),
  {
    mark: 'primary.first.streaming on gone if isLeg {"leg":0} to primary.first.suspended: declined',
    why: noFetch,
  },
  {
    mark: 'primary.second.streaming on gone if isLeg {"leg":1} to primary.second.suspended: declined',
    why: noFetch,
  },
  ...[
    'primary.first.shipping on gone if isLeg {"leg":0} to primary.first.suspended',
    'primary.first.shipping on gone if isLeg {"leg":0} to primary.first.suspended: declined',
    'primary.second.shipping on gone if isLeg {"leg":1} to primary.second.suspended',
    'primary.second.shipping on gone if isLeg {"leg":1} to primary.second.suspended: declined',
    'primary.first.shipping on fetched if isLeg {"leg":0} to itself: declined',
    'primary.second.shipping on fetched if isLeg {"leg":1} to itself',
    'primary.second.shipping on fetched if isLeg {"leg":1} to itself: declined',
  ].map((mark) => ({ mark, why: fetchedOfShipped })),
  {
    mark: 'mirror.update.holding on stageBegin if isCurrent to mirror.update.staging',
    why: underWay,
  },
  {
    mark: 'mirror.update.holding on hold if isCurrent to itself',
    why: 'a primary asks again when it was told that its mirror stands elsewhere, or has let go: it does not hold then; what is left is a peer that asks twice',
  },
  { mark: 'mirror.update.staging on stageBegin if isCurrent to itself', why: underWay },
  {
    mark: 'mirror.update.marking on stageFlushed if isStageFlushing to itself: declined',
    why: 'an update begins when the disk has answered all that the one before asked for (models/rules/work.ts): the guard stands against a disk that answers twice',
  },
];

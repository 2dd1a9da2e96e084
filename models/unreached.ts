/** What the default worlds never show (models/coverage.ts), and why that is in order. `sidefile check` wants each hole to be here. */
export interface Unreached {
  readonly why: string;
  readonly marks: readonly string[];
}

export const unreached: readonly Unreached[] = [
  {
    why: 'A mirror stops when it is sent another write than it has at a position: the rules of epochs keep that from happening.',
    marks: ['stop'],
  },
  {
    why: 'No default world has an operator give this command in this state.',
    marks: [
      'primary.service on operator if mayAdmit to resigned',
      'primary.service on operator if isForce to itself',
      'primary.service.serving on operator if isForce to itself',
    ],
  },
  {
    why: 'The regions of the legs know these events and answer first: the root would answer only where none of them does.',
    marks: [
      'primary on link.up to itself',
      'primary on link.down to itself',
      'primary on refused to itself',
    ],
  },
  {
    why: 'No default world brings two forced branches together.',
    marks: [
      'primary.first.greeting on recordStored if isRefused {"leg":0} to primary.first.suspended',
      'primary.second.greeting on recordStored if isRefused {"leg":1} to primary.second.suspended',
    ],
  },
  {
    why: 'Frames of an older epoch or session are taken from their channel before they arrive (isDead in models/node.ts); where they are not (left-behind), none of these is on its way.',
    marks: [
      'mirror on write if isLeft to itself: declined',
      'mirror on notice if isCurrent to itself: declined',
      'mirror on fetch if isCurrent to itself: declined',
      'mirror.update.idle on stageBegin if isCurrent to mirror.update.staging: declined',
      'mirror.update.idle on hold if isCurrent to mirror.update.holding: declined',
      'mirror.update.holding on hold if isCurrent to itself: declined',
      'mirror.update.holding on release if isHeld to itself: declined',
      'mirror.update.holding on sums if isHeld to itself: declined',
      'mirror.update.holding on blocks if isHeld to itself: declined',
      'mirror.update.holding on lend if isHeld to itself: declined',
      'mirror.update.holding on stageBegin if isCurrent to mirror.update.staging: declined',
      'mirror.update.staging on stageBegin if isCurrent to itself: declined',
      'mirror.update.staging on sums if isStageOpen to itself: declined',
      'mirror.update.staging on blocks if isStageOpen to itself: declined',
      'mirror.update.staging on stageCommit if isStageOpen to mirror.update.marking: declined',
      'mirror.update.marking on stageFlushed if isStageFlushing to itself: declined',
    ],
  },
  {
    why: 'In no default world has a source retired what it is asked for.',
    marks: [
      'primary.first.shipping on gone if isLeg {"leg":0} to primary.first.suspended: declined',
      'primary.first.shipping on gone if isLeg {"leg":0} to primary.first.suspended',
      'primary.second.shipping on gone if isLeg {"leg":1} to primary.second.suspended: declined',
      'primary.second.shipping on gone if isLeg {"leg":1} to primary.second.suspended',
      'primary.first.streaming on gone if isLeg {"leg":0} to primary.first.suspended: declined',
      'primary.first.streaming on gone if isLeg {"leg":0} to primary.first.suspended',
      'primary.second.streaming on gone if isLeg {"leg":1} to primary.second.suspended: declined',
    ],
  },
  {
    why: 'No default world has an update begin in the epoch in which its target is being compared.',
    marks: ['mirror.update.holding on stageBegin if isCurrent to mirror.update.staging'],
  },
  {
    why: 'No default world brings this leg of the primary there.',
    marks: [
      'primary.first.greeting on recordStored if isOutdated {"leg":0} to itself',
      'primary.first.greeting on recordStored if isUnlike {"leg":0} to primary.first.suspended',
      'primary.second.greeting on recordStored if isOutdated {"leg":1} to itself',
      'primary.first.shipping on fetched if isLeg {"leg":0} to itself: declined',
      'primary.second.shipping on fetched if isLeg {"leg":1} to itself: declined',
      'primary.second.shipping on fetched if isLeg {"leg":1} to itself',
    ],
  },
  {
    why: 'No default world has a primary hear of a record, or a mirror of a stage while the first is under way.',
    marks: [
      'primary.service on record if isAdopted to itself',
      'mirror.update.staging on stageBegin if isCurrent to itself',
    ],
  },
];

/** What the default worlds never show (models/coverage.ts), and why that is in order. `sidefile check` wants each hole to be here. */
export interface Unreached {
  readonly why: string;
  readonly marks: readonly string[];
}

export const unreached: readonly Unreached[] = [
  {
    why: 'Hosts of worlds ask only whoever serves, never flush, and wait for ever; no default world reads while a primary pauses.',
    marks: [
      'primary on host.expired to itself',
      'primary.service.collecting on host.write to itself',
      'primary.service.collecting on host.read to itself',
      'primary.service.collecting on host.flush to itself',
      'primary.service.serving on host.flush to itself',
      'primary.service.pausing on host.read to itself',
      'primary.service.pausing on host.flush to itself',
      'mirror on host.write to itself',
      'mirror on host.read to itself',
      'mirror on host.flush to itself',
      'mirror on host.expired to itself',
    ],
  },
  {
    why: 'Disks of worlds lose power and rot, but no request to them fails, and no default world has a mirror read what rotted.',
    marks: [
      'primary.service on storage.failed to resigned',
      'mirror on unreadable to itself',
      'mirror.role on storage.failed to mirror.role.stopped',
      'stop',
    ],
  },
  {
    why: 'No default world has an operator give this command in this state, or a leg halted by one lose its session.',
    marks: [
      'primary.service on operator if mayAdmit to resigned',
      'mirror.role on operator if isConsent to mirror.role.probing',
      'primary.service on operator if isForceOfWhole to resigned',
      'primary.service on operator if isForce to itself',
      'primary.service on operator if isExport to itself',
      'primary.service on operator if isDiscard to itself',
      'primary.service.serving on operator if isForce to itself',
      'primary.first.down on entered if isHalted {"leg":0} to primary.first.suspended',
      'primary.first.streaming on operator if isVerify {"leg":0} to itself',
      'primary.first.shipping on operator if isSuspend {"leg":0} to primary.first.suspended: declined',
      'primary.first.shipping on operator if isSuspend {"leg":0} to primary.first.suspended',
      'primary.second.down on entered if isHalted {"leg":1} to primary.second.suspended',
      'mirror.role on operator if isForce to itself',
      'mirror.role.adopting on operator if isForceOfWhole to mirror.role.readying: declined',
      'mirror.role.adopting on operator if isForceOfWhole to mirror.role.readying',
      'mirror.role.adopting on operator if isForce to itself: declined',
      'mirror.role.adopting on operator if isForce to itself',
      'mirror.role.adopting on operator if isConsent to itself: declined',
      'mirror.role.adopting on operator if isConsent to itself',
      'mirror.role.adopting on operator if isDiscard to itself: declined',
      'mirror.role.adopting on operator if isDiscard to itself',
      'mirror.role.adopting on operator if isExport to itself: declined',
      'mirror.role.adopting on operator if isExport to itself',
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
      'report refused',
    ],
  },
  {
    why: 'Frames of an older epoch or session are taken from their channel before they arrive (isDead in models/node.ts).',
    marks: [
      'mirror on write if isLeft to itself: declined',
      'mirror on advance if isCurrent to itself: declined',
      'mirror on ask if isLeft to itself: declined',
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
      'primary.first.streaming on gone if isLeg {"leg":0} to primary.first.suspended: declined',
      'primary.first.streaming on gone if isLeg {"leg":0} to primary.first.suspended',
      'primary.second.streaming on gone if isLeg {"leg":1} to primary.second.suspended: declined',
      'primary.second.streaming on gone if isLeg {"leg":1} to primary.second.suspended',
      'send gone',
    ],
  },
  {
    why: 'No default world lets c wait for a moment of idleness (lazyCommit).',
    marks: ['sidefile on timeout to itself'],
  },
  {
    why: 'No default world interrupts or repeats a verification, or borrows blocks over both legs.',
    marks: [
      'primary.first.streaming on blocksStored if isLeg {"leg":0} to itself',
      'primary.first.streaming on lent if isLeg {"leg":0} to itself: declined',
      'primary.second.streaming on lent if isLeg {"leg":1} to itself',
      'mirror.update.holding on release if isHeld to itself',
      'mirror.update.holding on stageBegin if isCurrent to mirror.update.staging',
      'send release',
    ],
  },
  {
    why: 'No default world brings this leg of the primary there.',
    marks: [
      'primary.first.greeting on recordStored if isOutdated {"leg":0} to itself',
      'primary.first.greeting on recordStored if isUnlike {"leg":0} to primary.first.suspended',
      'primary.first.suspended on operator if isResume {"leg":0} to itself',
      'primary.first.shipping on link.down if isLeg {"leg":0} to primary.first.down: declined',
      'primary.first.shipping on sumsDiffer if isLeg {"leg":0} to itself: declined',
      'primary.first.shipping on stageCommitted if isLegBehind {"leg":0} to primary.first.greeting',
      'primary.first.suspended on link.down if isLeg {"leg":0} to primary.first.down: declined',
      'primary.second.greeting on recordStored if isOutdated {"leg":1} to itself',
      'primary.second.shipping on sumsDiffer if isLeg {"leg":1} to itself: declined',
    ],
  },
  {
    why: 'No default world has a second record or stage while the first is under way, or a pause that nothing ends.',
    marks: [
      'primary.service on record if isAdopted to itself',
      'primary.service.pausing on timeout if isPatience to resigned: declined',
      'primary.service.pausing on timeout if isPatience to resigned',
      'mirror.role.adopting on record if mayAdopt to mirror.role.adopting',
      'mirror.update.staging on stageBegin if isCurrent to itself',
    ],
  },
  {
    why: 'No default world has a stage of the first leg refused, or hears of an applied stage where that counts for nothing.',
    marks: [
      'primary.first.shipping on stageRefused if isLeg {"leg":0} to itself: declined',
      'primary.first.shipping on stageRefused if isLeg {"leg":0} to itself',
      'primary.second.shipping on stageRefused if isLeg {"leg":1} to itself: declined',
      'mirror.update.idle on stageApplied if isRedone to mirror.update.closing: declined',
      'mirror.update.staging on stageApplied if isGiving to itself: declined',
    ],
  },
];

/** What two thousand simulated runs never showed (`universe`), and why that is in order. */
export interface Unexercised {
  readonly why: string;
  readonly names: readonly string[];
}

export const unexercised: readonly Unexercised[] = [
  {
    why: 'no seed draws it, so that the runs of all seeds stay what they are; test/simulator/hanging-disk adds it to some',
    names: ['fault hangDisk'],
  },
  {
    why: 'the sites of a run belong to one arrangement; others are in test/scenarios (F45) and test/models/plan-rows',
    names: [
      'refusal different volumes',
      'refusal no common record',
      'refusal no record on either side',
      'refusal two records of one name',
    ],
  },
  {
    why: 'every election records what it loses, so no fork is without a record; test/models/plan-rows',
    names: ['refusal uncovered fork'],
  },
  {
    why: 'a blank site stands on the newest record before it is planned for, its volumes marked as of nobody: "shipped off the history"',
    names: ['reason target is blank'],
  },
  {
    why: 'all sites of a run plan alike; the world `versions`',
    names: [
      'report unlikePlans',
      'primary.second.greeting on recordStored if isUnlike {"leg":1} to primary.second.suspended',
      'primary.first.greeting on recordStored if isUnlike {"leg":0} to primary.first.suspended',
    ],
  },
  {
    why: 'no site of ours tells what cannot be; peers that do are in test/transport/hostile',
    names: ['report distrusted'],
  },
  {
    why: 'a site stops itself so when one position has two writes, which S2 rules out; no run makes them',
    names: ['stop'],
  },
  {
    why: 'a state within answers this event whenever it comes: the answer of the whole chart is for none that does not',
    names: ['primary on link.up to itself', 'primary on link.down to itself'],
  },
  {
    why: 'a branch that cannot be planned for is refused by the mirror first, when the record comes to it',
    names: [
      'primary.first.greeting on recordStored if isRefused {"leg":0} to primary.first.suspended',
      'primary.second.greeting on recordStored if isRefused {"leg":1} to primary.second.suspended',
    ],
  },
  {
    why: 'a mirror is asked for entries while it is new to the epoch, and lets none go so soon',
    names: [
      'send gone',
      'primary.first.streaming on gone if isLeg {"leg":0} to primary.first.suspended',
      'primary.second.streaming on gone if isLeg {"leg":1} to primary.second.suspended',
      'primary.first.shipping on gone if isLeg {"leg":0} to primary.first.suspended',
      'primary.second.shipping on gone if isLeg {"leg":1} to primary.second.suspended',
    ],
  },
  {
    why: 'a leg begins anew before it ships, and that ends the comparison its mirror stood still for',
    names: ['mirror.update.holding on stageBegin if isCurrent to mirror.update.staging'],
  },
  {
    why: 'a rare moment: an operator asks for a copy of a disk that has just become full; test/runtime/export-without-place, the world `told-while-adopting`',
    names: ['report exportRefused', 'sidefile on exportRefused to itself'],
  },
  {
    why: 'nobody waits for the copies that the operators of a run ask for',
    names: ['host no-place'],
  },
  {
    why: 'three corrections in a row would have to fail; test/scenarios/verify',
    names: [
      'report unmended',
      'send release',
      'mirror.update.holding on release if isHeld to itself',
    ],
  },
  {
    why: 'a rare moment: a forced primary, a filled mirror without a vote, and an operator who admits it just then; test/scenarios (F42)',
    names: [
      'primary.service on operator if mayAdmit to resigned',
      'primary.service.serving on operator if mayAdmit to resigned',
    ],
  },
  {
    why: 'a rare moment: the milliseconds in which a header is written, a second suspension of one leg, a mirror that is asked to stand still again where it does, an operator who gives up the branch of a site that serves or has a primary export that does not serve yet, what a new primary fetches from a mirror that waits for blocks, or a candidate whose wait ends while consent is lacking; the checker visits them',
    names: [
      'mirror.role.adopting on record if mayAdopt to mirror.role.adopting',
      'mirror.role.adopting on operator if isForce to itself',
      'mirror.role.adopting on operator if isConsent to itself',
      'mirror.role.adopting on record to itself',
      'primary.service on operator if isDiscard to itself',
      'primary.service on operator if isExport to itself',
      'primary.second.shipping on fetched if isLeg {"leg":1} to itself',
      'primary.first.suspended on operator if isSuspend {"leg":0} to itself',
      'primary.second.suspended on operator if isSuspend {"leg":1} to itself',
      'mirror.update.holding on hold if isCurrent to itself',
      'primary.first.greeting on recordStored if isOutdated {"leg":0} to itself',
    ],
  },
  {
    why: 'a leg begins anew before it ships, and its mirror has closed the stage of the session before by then',
    names: ['mirror.update.staging on stageBegin if isCurrent to itself'],
  },
];

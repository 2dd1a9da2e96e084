import { setup } from 'xstate';

/**
 * The life of an arrangement as a test sees it: each state is named by what is then true of the real
 * sites, each event is something that happens to them. Paths through it are run on real backends.
 * P, S and A are the sites that began as primary, sync mirror and async mirror.
 */
export type LifeEvent =
  | { readonly type: 'host writes' }
  | { readonly type: 'P dies' }
  | { readonly type: 'P returns' }
  | { readonly type: 'S dies' }
  | { readonly type: 'S returns' }
  | { readonly type: 'A dies' }
  | { readonly type: 'A returns' }
  | { readonly type: 'A returns blank' }
  | { readonly type: 'PS breaks' }
  | { readonly type: 'PS heals' }
  | { readonly type: 'PA breaks' }
  | { readonly type: 'PA heals' }
  | { readonly type: 'SA breaks' }
  | { readonly type: 'SA heals' }
  | { readonly type: 'operator consents to A' };

export const lifeOfAnArrangement = setup({ types: { events: {} as LifeEvent } }).createMachine({
  id: 'life',
  initial: 'all level',
  states: {
    'all level': {
      description: 'P serves; S, in the sync set, and A hold what it holds.',
      on: {
        'P dies': 'S serves without P',
        'S dies': 'P serves with A',
        'A dies': 'P serves with S',
        'PS breaks': 'P serves apart from S',
        'PA breaks': 'A is cut off',
      },
    },
    'A is cut off': {
      description: 'P serves with S; A is up and hears only S.',
      on: {
        'host writes': 'A lags',
        'PA heals': 'all level',
      },
    },
    'A lags': {
      description: 'P serves with S; both hold writes that A lacks.',
      on: {
        'PA heals': 'all level',
        'P dies': 'S serves without P',
        'SA breaks': 'A is alone',
      },
    },
    'A is alone': {
      description: 'P serves with S; A hears nobody and lacks writes.',
      on: {
        'P dies': 'nobody may serve',
        'SA heals': 'A lags',
      },
    },
    'nobody may serve': {
      description: 'P is down, S and A cannot talk: each waits.',
      on: { 'SA heals': 'S serves without P' },
    },
    'P serves with S': {
      description: 'A is down; P serves and S is in the sync set.',
      on: {
        'A returns': 'all level',
        'A returns blank': 'all level',
        'S dies': 'P is alone',
      },
    },
    'P serves with A': {
      description: 'S is down; P serves with an empty sync set, A gives evidence.',
      on: {
        'S returns': 'all level',
        'A dies': 'P is alone',
      },
    },
    'P is alone': {
      description: 'S and A are down: nothing is acknowledged.',
      on: {
        'S returns': 'P serves with S',
        'A returns': 'P serves with A',
      },
    },
    'P serves apart from S': {
      description: 'P and S cannot talk; P serves with an empty sync set, A gives evidence.',
      on: {
        'host writes': 'A is ahead of S',
        'PS heals': 'all level',
      },
    },
    'A is ahead of S': {
      description: 'P and A hold writes that S lacks, S is in no sync set.',
      on: {
        'PS heals': 'all level',
        'P dies': 'consent is missing',
      },
    },
    'consent is missing': {
      description: 'P is down, neither S nor A held all that was acknowledged for sure: both wait.',
      on: {
        'operator consents to A': 'A serves without P',
        'P returns': 'A is ahead of S',
      },
    },
    'A serves without P': {
      description: 'A serves, its history records a possible loss; S holds what A holds.',
      on: { 'P returns': 'somebody serves, all are level' },
    },
    'S serves without P': {
      description: 'P is down; S serves, nothing is lost, A holds what S holds.',
      on: {
        'P returns': 'S serves, all are level',
        'A dies': 'S is alone',
      },
    },
    'S is alone': {
      description: 'P and A are down: nothing is acknowledged.',
      on: {
        'A returns': 'S serves without P',
        'P returns': 'P and S are level',
      },
    },
    'P and S are level': {
      description: 'A is down; P or S serves, both hold the same.',
      on: { 'A returns': 'somebody serves, all are level' },
    },
    'S serves, all are level': {
      description: 'S serves; P and A hold what it holds.',
    },
    'somebody serves, all are level': {
      description: 'One of the three serves; all hold the same.',
    },
  },
});

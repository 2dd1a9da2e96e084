import { type AssumptionData, assumptions } from '../../spec/assumptions.ts';
import { type ChangeData, changes } from '../../spec/changes.ts';
import { type ClaimData, claims } from '../../spec/claims.ts';
import { type GuaranteeData, guarantees } from '../../spec/guarantees.ts';
import { type MessageData, messages } from '../../spec/messages.ts';
import { type RuleData, rules } from '../../spec/rules.ts';

/** Everything `spec/` says as data, in the order of the book. */
export interface Specification {
  readonly rules: readonly RuleData[];
  readonly guarantees: readonly GuaranteeData[];
  readonly assumptions: readonly AssumptionData[];
  readonly claims: readonly ClaimData[];
  readonly changes: readonly ChangeData[];
  readonly messages: readonly MessageData[];
}

export const specification: Specification = {
  rules,
  guarantees,
  assumptions,
  claims,
  changes,
  messages,
};

/** Areas in the order of the book, each with the question its rules answer. */
export const areas = [
  { area: 'HOST', title: 'What a host may rely on' },
  { area: 'PRIMARY', title: 'Forwarding, committing, informing' },
  { area: 'MIRROR', title: 'Holding, applying, acknowledging' },
  { area: 'SIDEFILE', title: 'What is remembered, and when it may be forgotten' },
  { area: 'LINK', title: 'Sessions, frames and legs' },
  { area: 'EPOCH', title: 'Who may write' },
  { area: 'RESYNC', title: 'Making two sites equal' },
  { area: 'RECOVERY', title: 'Coming back from a crash, a cut or bad media' },
] as const;

export const rulesOfClaim = (spec: Specification, claim: number): readonly RuleData[] =>
  spec.rules.filter((rule) => rule.claims.includes(claim));

export const rulesOfGuarantee = (spec: Specification, id: string): readonly RuleData[] =>
  spec.rules.filter((rule) => rule.guarantees.some((guarantee) => guarantee === id));

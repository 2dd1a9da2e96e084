import { rulesOfClaim, rulesOfGuarantee, type Specification } from './specification.ts';

/** The data of the specification for tools in other languages: `spec/rules.json`. */
export function renderRulesJson(spec: Specification): string {
  const { rules, guarantees, assumptions, claims, changes, messages } = spec;
  const document = {
    format: 1,
    rules,
    guarantees: guarantees.map((guarantee) => ({
      ...guarantee,
      rules: rulesOfGuarantee(spec, guarantee.id).map(({ id }) => id),
    })),
    assumptions,
    claims: claims.map((claim) => ({
      ...claim,
      rules: rulesOfClaim(spec, claim.number).map(({ id }) => id),
    })),
    changes,
    messages,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

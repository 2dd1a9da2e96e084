/** Why bytes are no frame, or a message cannot become one: a closed list, each with its sentence. */
export const wireErrors = {
  truncated: 'The bytes end before the field does.',
  'bad-magic': 'The bytes do not begin like a frame.',
  'bad-header-checksum': 'The header was damaged.',
  'unknown-version': 'The protocol version is not spoken here.',
  'unknown-type': 'This version has no message of this type.',
  'too-large': 'The frame is larger than is allowed at this point.',
  'bad-body-checksum': 'The body was damaged.',
  'out-of-range': 'The number is outside of its limits.',
  'too-many': 'The list is longer than its limit.',
  'impossible-range': 'The range ends before it begins, or nowhere.',
  'bad-order': 'The list is not in its order, or two of its items touch or overlap.',
  'not-canonical': 'The value has another form that is the only one allowed.',
  'bad-text': 'The text is no UTF-8.',
  'bad-record-checksum': 'The epoch record was damaged before it was sent.',
  'trailing-bytes': 'The body goes on after its last field.',
  'payload-mismatch': 'The payload is not what the body announces.',
  'bad-payload-checksum': 'The payload is not what was written.',
} as const;

export type WireErrorCode = keyof typeof wireErrors;

export class WireError extends Error {
  readonly code: WireErrorCode;

  /** `detail` names the field, the value found, and what is allowed. */
  constructor(code: WireErrorCode, detail: string) {
    super(`${wireErrors[code]} ${detail}`);
    this.name = 'WireError';
    this.code = code;
  }
}

export type Result<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: WireError };

/** What fails with a `WireError` inside fails as a value outside; anything else is our bug. */
export function guarded<Value>(act: () => Value): Result<Value> {
  try {
    return { ok: true, value: act() };
  } catch (error) {
    if (error instanceof WireError) return { ok: false, error };
    throw error;
  }
}

/** What can be wrong with the specification or a question about it: a closed list, each with its sentence. */
export type SpecErrorCode = 'malformed' | 'unknown-rule' | 'missing-part' | 'bad-argument';

const sentences: Readonly<Record<SpecErrorCode, string>> = {
  malformed: 'The data of the specification is not well-formed.',
  'unknown-rule': 'There is no rule of this id.',
  'missing-part': 'A part of the book cannot be read.',
  'bad-argument': 'The command line is not understood.',
};

export class SpecError extends Error {
  readonly code: SpecErrorCode;
  /** What to try instead; may be empty. */
  readonly suggestions: readonly string[];

  constructor(code: SpecErrorCode, detail: string, suggestions: readonly string[] = []) {
    super(`${sentences[code]} ${detail}`);
    this.name = 'SpecError';
    this.code = code;
    this.suggestions = suggestions;
  }
}

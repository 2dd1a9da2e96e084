import { createHash } from 'node:crypto';
import type { Property } from '../../models/model.ts';

/**
 * A short text for what a property says and how it was written. Another text is another claim, of which a checkpoint knows
 * nothing; what a function calls is not in it.
 */
export function claimText(property: Property): string {
  const words = JSON.stringify(property, (_, part) =>
    typeof part === 'function' ? String(part) : part,
  );
  return createHash('sha256').update(words).digest('base64').slice(0, 16);
}

import type { Cause } from './outline.ts';

/** How chart names are read aloud: `hasPatienceEnded` is "has patience ended". */
export function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** One line: the event as charts spell it, the guard in words. */
export function causeLabel({ event, guard }: Cause): string {
  const condition = guard === '' ? '' : `[${wordsOf(guard)}]`;
  return [event, condition].filter((part) => part !== '').join(' ');
}

/** Lines of about the same length, at most `width` characters where words allow. */
export function wrapped(text: string, width: number): string[] {
  const count = Math.ceil(text.length / width);
  const even = Math.ceil(text.length / Math.max(1, count)) + 3;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= Math.min(width, even)) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

export const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

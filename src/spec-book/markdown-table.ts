/** A Markdown table with aligned columns, as the formatter of this repository writes it. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const lines = [head, ...rows];
  const widths = head.map((_, column) =>
    Math.max(3, ...lines.map((cells) => width(cells[column] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell + ' '.repeat(widths[column]! - width(cell))).join(' | ')} |`;
  return [line(head), line(widths.map((wide) => '-'.repeat(wide))), ...rows.map(line)];
}

const width = (cell: string): number => [...cell].length;

/** The first program a page of Markdown shows. */
export function exampleOf(page: string): string {
  const found = /```js\n(.*?)```/s.exec(page)?.[1];
  if (found === undefined) throw new Error('the page shows no program');
  return found;
}

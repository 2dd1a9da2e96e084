import MarkdownIt from 'markdown-it';

/** A page of Markdown as HTML, and what it is made of. */
export interface Rendered {
  readonly title: string;
  readonly html: string;
  readonly hasMermaid: boolean;
  /** Headings of the second level, for the list beside the page. */
  readonly sections: readonly { readonly id: string; readonly title: string }[];
}

export interface Hooks {
  /** What a link or a picture leads to; null: to nothing there is. */
  readonly resolve: (link: string) => string | null;
  /** Where a rule of the book is explained; null: it is no rule. */
  readonly rule: (id: string) => string | null;
}

type Token = ReturnType<MarkdownIt['parse']>[number];

const ruleLike = /\b([A-Z]{4,}-[0-9]+)\b/g;

/** Errors: names each link that leads nowhere. */
export function renderMarkdown(text: string, hooks: Hooks): Rendered {
  const markdown = new MarkdownIt({ html: true, linkify: false });
  const tokens = markdown.parse(text, {});
  const headings = nameHeadings(tokens);
  const broken = tokens.flatMap((token) => (token.children ?? []).flatMap(redirect(hooks.resolve)));
  if (broken.length > 0) throw new Error(`no such file: ${broken.join(', ')}`);
  linkRules(tokens, hooks.rule);
  const fence = markdown.renderer.rules.fence!;
  markdown.renderer.rules.fence = (all, index, options, env, self) => {
    const { content, info } = all[index]!;
    if (info.trim() !== 'mermaid') return fence(all, index, options, env, self);
    return `<pre class="mermaid">${markdown.utils.escapeHtml(content)}</pre>\n`;
  };
  const image = markdown.renderer.rules.image!;
  markdown.renderer.rules.image = (all, index, options, env, self) => {
    const drawn = image(all, index, options, env, self);
    // A chart that is shrunk to the page is read in its own size.
    return all[index - 1]?.type === 'link_open'
      ? drawn
      : `<a href="${markdown.utils.escapeHtml(all[index]!.attrGet('src')!)}">${drawn}</a>`;
  };
  return {
    title: headings[0]?.title ?? 'sidefile',
    html: markdown.renderer.render(tokens, markdown.options, {}),
    hasMermaid: tokens.some(({ type, info }) => type === 'fence' && info.trim() === 'mermaid'),
    sections: headings.filter(({ level }) => level === 'h2'),
  };
}

interface Heading {
  readonly id: string;
  readonly title: string;
  readonly level: string;
}

/** Gives each heading the anchor under which code hosts show it. */
function nameHeadings(tokens: readonly Token[]): readonly Heading[] {
  const taken = new Map<string, number>();
  return tokens.flatMap((token, index) => {
    if (token.type !== 'heading_open') return [];
    const title = tokens[index + 1]!.children!.map(({ content }) => content).join('');
    const slug = slugOf(title);
    const times = taken.get(slug) ?? 0;
    taken.set(slug, times + 1);
    const id = times === 0 ? slug : `${slug}-${times}`;
    token.attrSet('id', id);
    return [{ id, title, level: token.tag }];
  });
}

export const slugOf = (title: string): string =>
  title
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

/** Leads links and pictures to their places on the site; returns those that lead nowhere. */
const redirect =
  (resolve: Hooks['resolve']) =>
  (token: Token): readonly string[] => {
    const attribute =
      token.type === 'link_open' ? 'href' : token.type === 'image' ? 'src' : undefined;
    if (attribute === undefined) return [];
    const link = token.attrGet(attribute)!;
    const href = resolve(link);
    if (href === null) return [link];
    token.attrSet(attribute, href);
    return [];
  };

/** A rule named in running text leads to the book. */
function linkRules(tokens: readonly Token[], rule: Hooks['rule']): void {
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'inline' || tokens[index - 1]?.type === 'heading_open') continue;
    let inLink = 0;
    for (const child of token.children!) {
      if (child.type === 'link_open') inLink++;
      if (child.type === 'link_close') inLink--;
      if (child.type !== 'text' || inLink > 0) continue;
      const linked = escaped(child.content).replace(ruleLike, (id) => {
        const href = rule(id);
        return href === null ? id : `<a class="rule" href="${href}">${id}</a>`;
      });
      if (linked === escaped(child.content)) continue;
      child.type = 'html_inline';
      child.content = linked;
    }
  }
}

export const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

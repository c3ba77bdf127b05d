import { Marked } from "marked";

/** Renders Markdown, headings with ids of their own. */
export function render(text: string): string {
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }) {
        const html = this.parser.parseInline(tokens);
        return `<h${depth} id="${html.toLowerCase().replace(/[^\p{Letter}\d]+/gu, "-")}">${html}</h${depth}>\n`;
      },
    },
  });
  return marked.parse(text, { async: false });
}

/** The kinds of tokens of a document, and how many there are. */
export function tokens(text: string): Record<string, number> {
  const counts: Record<string, number> = {};
  const marked = new Marked();
  marked.walkTokens(marked.lexer(text), ({ type }) => {
    counts[type] = (counts[type] ?? 0) + 1;
  });
  return counts;
}

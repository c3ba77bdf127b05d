/** A heading of a document in Markdown. */
export interface Heading {
  readonly level: number;
  readonly title: string;
}

/** Headings, but for what looks like one within code. */
export function headings(text: string): Heading[] {
  const prose = text.replace(/^```[^]*?^```$/gm, "");
  return [...prose.matchAll(/^(#+) (.*)$/gm)].map(([, marks, title]) => ({ level: marks!.length, title: title! }));
}

// Puts a table of contents below a document's title.
import { headings } from "./headings.ts";

declare const slugs: { of(title: string): Promise<string> };

export async function transform(text: string): Promise<string> {
  const found = headings(text).filter(({ level }) => level === 2);
  const lines = await Promise.all(found.map(async ({ title }) => `- [${title}](#${await slugs.of(title)})`));
  return text.replace(/^# .*\n/, (title) => `${title}\n${lines.join("\n")}\n`);
}

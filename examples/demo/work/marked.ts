import { marked } from "marked";
import { Digest, type Outcome } from "./outcome.ts";

/** Renders a Markdown document to HTML. */
export function renderMarkdown(text: string): Outcome {
  const html = marked.parse(text, { async: false });
  const digest = new Digest();
  digest.text(html);
  return { size: html.length, digest: digest.toString() };
}

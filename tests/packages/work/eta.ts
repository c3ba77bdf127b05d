import { Eta } from "eta/core";

/** Renders templates, which are compiled to JavaScript, with a layout, partials and escapes. */
export function render({ templates, data }: { templates: Record<string, string>; data: object }): string {
  const eta = new Eta({ cache: true });
  for (const [name, template] of Object.entries(templates)) eta.loadTemplate(`@${name}`, template);
  return eta.render("@page", data);
}

/** As `render`, of a template that awaits what it is given. */
export async function renderLater(items: readonly string[]): Promise<string> {
  const later = items.map((item, index) => async (): Promise<string> => {
    await new Promise((resolve) => setTimeout(resolve, 3 - index));
    return item;
  });
  const template = "<% for (const get of it.later) { %>[<%= await get() %>]<% } %>";
  return new Eta().renderStringAsync(template, { later });
}

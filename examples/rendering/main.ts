// A shop's page, rendered in a guest, and the same by React on the host.
//   bun examples/rendering/main.ts             prints what came of it
//   bun examples/rendering/main.ts > page.html the page itself
import { fileURLToPath } from "node:url";
import { createElement, type FunctionComponent } from "react";
import { renderToString } from "react-dom/server";
import { Renderer } from "./renderer.ts";
import products from "./products.json" with { type: "json" };

using renderer = await Renderer.open(fileURLToPath(new URL("guest/render.tsx", import.meta.url)));

const { Page } = (await import(new URL("guest/shop.tsx", import.meta.url).href)) as {
  Page: FunctionComponent<{ shop: unknown }>;
};
const shop = { title: "Tea & more", notice: "<b>Closed</b> on Sundays", products };
const { status, html } = await renderer.render("shop 7", shop);
console.error(
  `${status}: ${html.length} characters, the host's own ${html.endsWith(renderToString(createElement(Page, { shop }))) ? "are the same" : "differ"}`,
);

// What a page is given is data: it may be anything.
const broken = await renderer.render("shop 8", { title: "No products" });
console.error(`${broken.status}: ${broken.html.split("\n")[1]}`);

console.log(html);

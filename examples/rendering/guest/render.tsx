// Renders the page to a string. What it renders with is React's own server renderer for the web.
import { renderToString } from "react-dom/server.browser";
import { Page, type Shop } from "./shop.tsx";

export function render(shop: Shop): string {
  return renderToString(<Page shop={shop} />);
}

import type { Exposed } from "network-runtime/guest";
import type { Shop } from "../src/protocol.ts";

declare global {
  interface GuestProtocol extends Shop {}
  const shop: Exposed<Shop>["shop"];
}

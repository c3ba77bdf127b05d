/** One value's way across the boundary. */
import type { Isolate } from "network-runtime";
import { createGuest } from "../guest/guest.ts";

/** What the host gets when a guest sends the value of this expression. */
export async function received(expression: string, guest?: Isolate): Promise<unknown> {
  const isolate = guest ?? (await createGuest());
  return new Promise((resolve, reject) => {
    isolate.once("received", resolve);
    isolate.onSystem("error", (error) => reject(new Error(`${error.name}: ${error.message}`)));
    isolate.execute(`NETWORK.send("received", ${expression})`);
  });
}

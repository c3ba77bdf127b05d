// A guest's project with the installed package, and a host's that looks into it.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { root } from "../../scripts/setup/paths.mjs";
import { bundler, CHECKING_MS, dom, node16, nodeNext, PACKING_MS, picky, TypedProject } from "./project.ts";

const project = new TypedProject();

beforeAll(() => project.install(), PACKING_MS);

afterAll(() => project[Symbol.dispose]());

/** The files of the guest that tests/guest-types has. */
async function guestFiles(...names: string[]): Promise<Record<string, string>> {
  const folder = join(root, "tests/guest-types/project");
  const texts = names.map(async (name) => [name, await Bun.file(join(folder, name)).text()] as const);
  return Object.fromEntries(await Promise.all(texts));
}

const PLAIN_GUEST = `
NETWORK.on("order", ({ items }) => NETWORK.send("bill", { items, at: performance.now() }));
self.addEventListener("error", ({ message }: ErrorEvent) => console.log(message));
`;

const WRONG_GUEST = `
process.exit();
NETWORK.close();
new Request(5);
postMessage(1);
`;

describe("a guest's project", () => {
  test(
    "is what the README says",
    async () => {
      const readme = await Bun.file(join(root, "README.md")).text();
      const section = readme.slice(readme.indexOf("### A guest's own project"));
      const block = (language: string): string =>
        new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(section)![1]!;
      const files = await guestFiles("protocol.ts");
      const guest = block("ts").replace("../shop.ts", "./shop.ts");
      const { errors } = project.check(
        { "shop.ts": files["protocol.ts"]!, "guest.ts": guest },
        JSON.parse(block("json")),
      );
      expect(errors).toEqual([]);
    },
    CHECKING_MS,
  );

  test(
    "extends network-runtime/guest/tsconfig.json, and has what guests have, and no more",
    async () => {
      const files = await guestFiles("protocol.ts", "typed.ts", "platform.ts");
      const base = "network-runtime/guest/tsconfig.json";
      const { errors } = project.check(files, { extends: base });
      expect(errors).toEqual([]);
      expect(project.check({ "plain.ts": PLAIN_GUEST }, { extends: base, ...picky }).errors).toEqual([]);
      const wrong = project.check({ "wrong.ts": WRONG_GUEST }, { extends: base });
      expect(wrong.errors.map((error) => error.split(" ")[0])).toEqual([2, 3, 4, 5].map((line) => `wrong.ts:${line}`));
    },
    CHECKING_MS,
  );

  const configs: Record<string, Record<string, unknown>> = {
    bundler,
    nodeNext,
    node16,
    "everything that can be asked for": { ...nodeNext, ...picky },
    "strict: false": { ...bundler, strict: false },
    "an older target": { ...bundler, target: "ES2022" },
  };
  for (const [name, options] of Object.entries(configs)) {
    test(
      `names the types itself, ${name}`,
      () => {
        const types = { types: ["network-runtime/guest"], lib: ["ESNext"] };
        expect(project.check({ "plain.ts": PLAIN_GUEST }, { ...options, ...types }).errors).toEqual([]);
        const referring = `/// <reference types="network-runtime/guest" />\n${PLAIN_GUEST}`;
        expect(project.check({ "plain.ts": referring }, { ...options, types: [], lib: ["ESNext"] }).errors).toEqual([]);
      },
      CHECKING_MS,
    );
  }
});

describe("a host's project that looks into its guest", () => {
  const host = `
    import { V8Sandbox } from "network-runtime";
    import type { Shop } from "./protocol.js";
    const worker = await new V8Sandbox().createIsolate<Shop>();
    const guest = await worker.import<typeof import("./guest.js")>("./guest.ts");
    const total: number = await guest.total(["tea"]);
    const rate: number = await worker.evaluate<number>("rate", { args: { rate: total } });
    worker.on("bill", (bill) => bill.total + rate);
    const timer: ReturnType<typeof setTimeout> = setTimeout(() => {}, 5);
    clearTimeout(timer);
    export const response: Response = await fetch("http://127.0.0.1");
  `;
  const guest = `
    import type { Shop } from "./protocol.js";
    declare global {
      interface GuestProtocol extends Shop {}
    }
    export async function total(items: string[]): Promise<number> {
      const prices = await Promise.all(items.map((item) => NETWORK.request("price", item)));
      return prices.reduce((sum, price) => sum + price, 0);
    }
  `;
  const platforms: Record<string, Record<string, unknown>> = {
    Bun: { types: ["bun-types"], lib: ["ESNext"] },
    "Bun and DOM": { types: ["bun-types"], lib: dom },
    DOM: { types: [], lib: dom },
    node: { types: ["node"], lib: ["ESNext"] },
  };
  for (const [name, options] of Object.entries(platforms)) {
    test(
      `${name}: NETWORK alone is declared beside its globals`,
      async () => {
        const files = { ...(await guestFiles("protocol.ts")), "guest.ts": guest, "host.ts": host };
        const types = [...(options["types"] as string[]), "network-runtime/guest/network"];
        expect(project.check(files, { ...bundler, ...options, types }).errors).toEqual([]);
        expect(project.check(files, { ...nodeNext, ...options, types }).errors).toEqual([]);
      },
      CHECKING_MS,
    );

    test(
      `${name}: all of a guest's types are in one program with its own`,
      async () => {
        const files = { ...(await guestFiles("protocol.ts")), "guest.ts": guest, "host.ts": host };
        const types = [...(options["types"] as string[]), "network-runtime/guest"];
        const { errors } = project.check(files, { ...bundler, ...options, types, skipLibCheck: true });
        expect(errors).toEqual([]);
      },
      CHECKING_MS,
    );
  }
});

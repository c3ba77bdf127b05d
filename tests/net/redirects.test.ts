// What a redirect leaves of the guest's Referer, and where it leads if it is not ASCII.
import { afterAll, describe, expect, test } from "bun:test";
import { ask } from "./proxy.ts";

/** Sends on to `to`, a byte a character, with the `policy` of the query; /seen tells the Referer. */
function start(): ReturnType<typeof Bun.serve> {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname !== "/go") return new Response(request.headers.get("referer") ?? "none");
      const headers = new Headers({ location: searchParams.get("to")! });
      const policy = searchParams.get("policy");
      if (policy !== null) headers.set("referrer-policy", policy);
      return new Response(null, { status: 302, headers });
    },
  });
}

const [here, elsewhere] = [start(), start()];
afterAll(() => Promise.all([here.stop(true), elsewhere.stop(true)]));
const [base, other] = [`http://127.0.0.1:${here.port}`, `http://127.0.0.1:${elsewhere.port}`];

async function seen(to: string, policy?: string, referer = `${base}/page?q`): Promise<string> {
  const query = new URLSearchParams({ to, ...(policy === undefined ? {} : { policy }) });
  const response = await ask({ allow: [base, other] }, { url: `${base}/go?${query}`, headers: { referer } });
  return response.text();
}

describe("the Referer after a redirect", () => {
  const [all, origin] = [`${base}/page?q`, `${base}/`];

  test.each([
    [undefined, all, origin],
    ["", all, origin],
    ["nonsense", all, origin],
    ["no-referrer", "none", "none"],
    ["no-referrer-when-downgrade", all, all],
    ["origin", origin, origin],
    ["origin-when-cross-origin", all, origin],
    ["same-origin", all, "none"],
    ["strict-origin", origin, origin],
    ["strict-origin-when-cross-origin", all, origin],
    ["unsafe-url", all, all],
    ["no-referrer, Unsafe-URL, nonsense", all, all],
  ])("by policy %p tells the same origin %p and another %p", async (policy, same, cross) => {
    expect(await seen("/seen", policy)).toBe(same);
    expect(await seen(`${other}/seen`, policy)).toBe(cross);
  });

  test("from https to http is nothing, unless the server wants it told", async () => {
    const secure = "https://a.example/page";
    expect(await seen("/seen", undefined, secure)).toBe("none");
    expect(await seen("/seen", "strict-origin", secure)).toBe("none");
    expect(await seen("/seen", "no-referrer-when-downgrade", secure)).toBe("none");
    expect(await seen("/seen", "origin", secure)).toBe("https://a.example/");
  });

  test("stays what it is if it is no URL", async () => expect(await seen(`${other}/seen`, undefined, "x")).toBe("x"));
});

describe("a location", () => {
  const landing = async (location: string): Promise<string> => {
    const query = new URLSearchParams({ to: location });
    return (await ask({ allow: [base] }, { url: `${base}/go?${query}` })).url;
  };

  test("in UTF-8 is read as that, other bytes one by one", async () => {
    const bytes = (text: string): string => Buffer.from(text).toString("latin1");
    expect(await landing(bytes("/é☃?ü"))).toBe(`${base}/%C3%A9%E2%98%83?%C3%BC`);
    expect(await landing("/\xe9")).toBe(`${base}/%C3%A9`);
    expect(await landing("/%e9%")).toBe(`${base}/%e9%`);
  });
});

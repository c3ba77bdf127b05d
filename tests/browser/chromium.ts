// Debian's chromium without a window, driven by its DevTools protocol: apt-get install chromium.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How a page is looked at. */
export interface View {
  readonly width: number;
  readonly height?: number;
  readonly scheme?: "light" | "dark";
}

/** One page. */
export interface Page {
  /** What it and its scripts complained of. */
  readonly complaints: string[];
  /** What it asked for that is not there, or was refused. */
  readonly failed: string[];
  go(url: string): Promise<void>;
  view(view: View): Promise<void>;
  /** @returns an expression's value, awaited */
  evaluate<T>(expression: string): Promise<T>;
  /** Waits until an expression is true. */
  until(expression: string): Promise<void>;
  press(key: string): Promise<void>;
  screenshot(path: string): Promise<void>;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

const WAIT_MS = 20_000;

/** @returns what the work comes to, with a browser that ends with it */
export async function withPage<T>(work: (page: Page) => Promise<T>): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  const browser = Bun.spawn(
    [
      "chromium",
      ...["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"],
      ...["--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"],
    ],
    { stdin: "ignore", stdout: "ignore", stderr: "pipe" },
  );
  try {
    const target = await targetOf(browser.stderr);
    return await work(await connect(target));
  } finally {
    browser.kill();
    await browser.exited;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function targetOf(stderr: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const piece of stderr.pipeThrough(new TextDecoderStream() as never) as unknown as AsyncIterable<string>) {
    text += piece;
    const [, origin] = /ws:\/\/([\d.:]+)\//.exec(text) ?? [];
    if (origin === undefined) continue;
    const list = (await (await fetch(`http://${origin}/json/list`)).json()) as {
      type: string;
      webSocketDebuggerUrl: string;
    }[];
    return list.find(({ type }) => type === "page")!.webSocketDebuggerUrl;
  }
  throw new Error(`chromium did not start:\n${text}`);
}

async function connect(url: string): Promise<Page> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  const complaints: string[] = [];
  const failed: string[] = [];
  let last = 0;
  let loaded: (() => void) | undefined;
  const send = async (method: string, params: object = {}): Promise<Record<string, unknown>> => {
    const id = ++last;
    const answer = await new Promise<Answer>((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result as Record<string, unknown>;
  };
  socket.addEventListener("message", ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id !== undefined) {
      waiting.get(answer.id)?.(answer);
      waiting.delete(answer.id);
      return;
    }
    hear(answer);
  });
  const hear = ({ method, params = {} }: Answer): void => {
    if (method === "Page.loadEventFired") loaded?.();
    if (method === "Page.javascriptDialogOpening") void send("Page.handleJavaScriptDialog", { accept: true });
    if (method === "Runtime.exceptionThrown") complaints.push(JSON.stringify(params["exceptionDetails"]));
    if (method === "Log.entryAdded") complaints.push(JSON.stringify(params["entry"]));
    if (method === "Runtime.consoleAPICalled" && ["error", "warning"].includes(String(params["type"])))
      complaints.push(JSON.stringify(params["args"]));
    const response = params["response"] as { status: number; url: string } | undefined;
    if (method === "Network.responseReceived" && response && response.status >= 400) failed.push(response.url);
  };
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await send(`${domain}.enable`);

  const page: Page = {
    ...{ complaints, failed },
    go: async (address) => {
      const done = new Promise<void>((resolve) => (loaded = resolve));
      await send("Page.navigate", { url: address });
      await done;
    },
    view: async ({ width, height = 900, scheme = "light" }) => {
      await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
      await send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
    },
    evaluate: async <T>(expression: string): Promise<T> => {
      const { result, exceptionDetails } = await send("Runtime.evaluate", {
        ...{ expression, awaitPromise: true, returnByValue: true, userGesture: true },
      });
      if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
      return (result as { value: T }).value;
    },
    until: async (expression) => {
      const deadline = Date.now() + WAIT_MS;
      while (!(await page.evaluate<boolean>(`Boolean(${expression})`))) {
        if (Date.now() > deadline) throw new Error(`It never came: ${expression}`);
        await Bun.sleep(50);
      }
    },
    press: async (key) => {
      const text = key === "Enter" ? "\r" : key.length === 1 ? key : undefined;
      const virtual = { Enter: 13, Tab: 9, Escape: 27, " ": 32 }[key];
      const event = { key, windowsVirtualKeyCode: virtual, ...(text !== undefined && { text }) };
      await send("Input.dispatchKeyEvent", { type: text === undefined ? "rawKeyDown" : "keyDown", ...event });
      await send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
    },
    screenshot: async (path) => {
      const { data } = await send("Page.captureScreenshot", { format: "png" });
      await Bun.write(path, Buffer.from(String(data), "base64"));
    },
  };
  return page;
}

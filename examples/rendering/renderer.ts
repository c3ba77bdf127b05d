/**
 * Server-side rendering in isolates: a page, its components and React are bundled once, and each customer's pages are rendered in an
 * isolate of the customer's own. A page that never ends, or throws, is an error page of one customer.
 */
import { SandboxError, TerminatedError, V8Sandbox } from "network-runtime";
import type { Imported, Isolate } from "network-runtime";
import { bundleGuest, type GuestBundle } from "network-runtime/bundle";
import { IsolatePool } from "network-runtime/pool";

type Guest = { render(data: unknown): string };

const LIMITS = { cpuMs: 1_000, memoryMb: 64, wallMs: 30_000 };

/** Renders pages. */
export class Renderer implements Disposable {
  readonly #sandbox = new V8Sandbox();
  readonly #guests = new WeakMap<Isolate, Imported<Guest>>();
  readonly #pool: IsolatePool;

  private constructor({ entry, modules }: GuestBundle) {
    this.#pool = new IsolatePool(this.#sandbox, {
      ...{ size: 0, isolate: LIMITS },
      prepare: async (isolate) => void this.#guests.set(isolate, await isolate.import<Guest>(entry, { modules })),
    });
  }

  /** @param entry - a module that exports `render(data)` */
  static async open(entry: string): Promise<Renderer> {
    return new Renderer(await bundleGuest(entry, { minify: true }));
  }

  /** The page as HTML, or why there is none. */
  async render(customer: string, data: unknown): Promise<{ readonly status: number; readonly html: string }> {
    try {
      const isolate = await this.#pool.get(customer);
      const body = await this.#guests.get(isolate)!.render(data);
      return { status: 200, html: `<!doctype html>\n${body}` };
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      const status = error instanceof TerminatedError ? 503 : 500;
      return { status, html: `<!doctype html>\n<title>${status}</title>` };
    }
  }

  [Symbol.dispose](): void {
    this.#pool.close();
    this.#sandbox.shutdown();
  }
}

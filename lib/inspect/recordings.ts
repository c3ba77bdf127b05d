/** CPU profiles and heap snapshots for programs: sessions of their own, without a front end. */
import { InspectorError } from "../contract/errors.ts";
import type { CpuProfile } from "../contract/inspect.ts";
import type { InspectorSession } from "../core/inspector-sessions.ts";
import type { IsolateCore } from "../core/isolate-core.ts";

/** A session's one command. */
const ID = 1;

/** @throws InspectorError, IsolateDestroyedError */
export function cpuProfile(core: IsolateCore, ms: number, intervalUs: number): Promise<CpuProfile> {
  const doing = "cpuProfile()";
  core.assertOpen(doing);
  const recorded = Promise.withResolvers<CpuProfile>();
  const session = core.inspector.open({
    message(text, taken) {
      taken();
      const { id, result, error } = JSON.parse(text) as Answer<{ profile?: CpuProfile }>;
      if (id !== ID) return;
      if (result?.profile) recorded.resolve(result.profile);
      else recorded.reject(new InspectorError(`${doing}: ${error?.message ?? "there is no profile"}.`));
      session.close();
    },
    ended: () => recorded.reject(endedError(core, doing)),
  });
  if (session.startProfile(intervalUs)) {
    setTimeout(() => session.endProfile(ID), ms);
  } else {
    session.close();
    recorded.reject(new InspectorError(`${doing}: a profile of ${core.label} is being recorded already.`));
  }
  return recorded.promise;
}

/** @throws IsolateDestroyedError */
export function heapSnapshot(core: IsolateCore): ReadableStream<Uint8Array<ArrayBuffer>> {
  const doing = "heapSnapshot()";
  core.assertOpen(doing);
  let session: InspectorSession | undefined;
  const encoder = new TextEncoder();
  /** What the guest waits for. */
  let taken = (): void => {};
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start(controller) {
        session = core.inspector.open({
          message(text, left) {
            const { id, method, params, error } = JSON.parse(text) as Answer<unknown>;
            if (method === "HeapProfiler.addHeapSnapshotChunk") {
              controller.enqueue(encoder.encode(params?.chunk));
              const before = taken;
              taken = () => {
                before();
                left();
              };
              return;
            }
            left();
            if (id !== ID) return;
            if (error) controller.error(new InspectorError(`${doing}: ${error.message}.`));
            else controller.close();
            session!.close();
          },
          ended: () => controller.error(endedError(core, doing)),
        });
        session.takeSnapshot(ID);
      },
      pull() {
        const leaves = taken;
        taken = () => {};
        leaves();
      },
      cancel: () => session?.close(),
    },
    { highWaterMark: 0 },
  );
}

interface Answer<Result> {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly chunk?: string };
  readonly result?: Result;
  readonly error?: { readonly message: string };
}

function endedError(core: IsolateCore, doing: string): unknown {
  try {
    core.assertOpen(doing);
  } catch (error) {
    return error;
  }
  return new InspectorError(`${doing}: ${core.label} has ended.`);
}

/** Recordings of isolates: loaded when the first is made. Not in on-demand.ts, whose others import isolates. */
type Recordings = typeof import("../inspect/recordings.ts");

// The compiled file is called so; Bun finds the other under this name, too.
export const recordings = (): Recordings => require("../inspect/recordings.js") as Recordings;

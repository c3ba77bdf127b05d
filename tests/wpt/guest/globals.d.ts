/** What testharness.js and the runner put on the global object. */
export interface WptSubtest {
  readonly name: string;
  readonly status: number;
  readonly message: string | null;
}

interface WptHarnessStatus {
  readonly status: number;
  readonly message: string | null;
}

declare global {
  // `var` is what makes a property of globalThis.
  var wptStart: (settings: WptTestSettings, host: WptHost) => void;
  var add_completion_callback: (callback: (tests: readonly WptSubtest[], status: WptHarnessStatus) => void) => void;
  var timeout: () => void;

  interface WptHost {
    report(json: string): void;
  }
  interface WptTestSettings {
    readonly location: string;
    readonly title?: string | undefined;
    readonly timeoutMs: number;
  }
}

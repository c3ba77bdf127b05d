/** What every contender can do, in its own way. Lines are written against this, and run in the contender's process. */

/** One isolate, worker or context. */
export interface Guest {
  /** Evaluates a script to its value. Only before {@link Peer.open}'s program has taken over the messages. */
  evaluate(source: string): Promise<unknown>;
  /** The same with names that are bound in the script, if there is such a way. */
  evaluateWith?(source: string, args: object): Promise<unknown>;
  /** Sends data to the guest, whose program gets it as `receive(data)`. */
  send(data: unknown): void;
  /** Called with what the guest's program sends with `send(data)`. */
  receive: (data: unknown) => void;
  /** Sends data to a guest that answers each with one message, and calls `done` with it. */
  exchange(data: unknown, done: (answer: unknown) => void): void;
  /** Ends the guest. */
  close(): void | Promise<void>;
}

/** One contender. */
export interface Peer {
  /** What ran, with versions. */
  readonly version: string;
  /** Answers the guests' `request(data)`; set by the line. */
  answer: (data: unknown) => unknown;
  /** Makes a guest that can evaluate. */
  create(): Promise<Guest>;
  /**
   * Makes a guest and has it evaluate a program, which may call `send(data)` and `await request(data)`, and gets the
   * host's messages by assigning a function to `receive`.
   */
  open(program: string): Promise<Guest>;
  /** Evaluates a script in a guest that nobody used and nobody will, if there is a way besides making and closing one. */
  run?(source: string): Promise<unknown>;
  /**
   * Guests that begin with a bundle of 1 MB: made of a template, or by themselves.
   * @param kind - "functions": what is only declared at first, "packages": npm packages that set themselves up
   */
  template?(kind: "functions" | "packages"): Promise<{
    create(): Promise<Pick<Guest, "evaluate" | "close">>;
    load(): Promise<Pick<Guest, "evaluate" | "close">>;
  }>;
  /** A guest that can import some modules, each in a guest of its own. `import` gives the export `sum`. */
  importer?(modules: Readonly<Record<string, string>>): Promise<{
    import(entry: string): Promise<unknown>;
    close(): void | Promise<void>;
  }>;
  /**
   * Runs an endless loop with a limit.
   * @returns milliseconds until the host knew that it has ended
   */
  endless(limitMs: number): Promise<number>;
  /**
   * Runs an endless program in a guest of its own, with a limit.
   * @returns milliseconds of CPU time that it used
   */
  charged?(program: string, limitMs: number): Promise<number>;
  /** Where programs run, if not in a guest as {@link Peer.create} makes it. */
  computer?(): Pick<Guest, "evaluate">;
  /** Makes and uses one isolate and context of the same V8 with nothing of the library in it. @returns milliseconds */
  bare?(): number;
  /** Makes a guest whose fetch and WebSocket reach a server on this machine, by way of the host. */
  connect?(origin: string): Promise<Pick<Guest, "evaluate">>;
  /** Ends what is left, so that the process can exit. */
  end(): void;
}

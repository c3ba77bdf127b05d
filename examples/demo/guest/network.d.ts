// What the guest has beside the Web platform, as far as this example uses it.
declare const NETWORK: {
  send(event: string, data: unknown): void;
  request(method: string, data: unknown): Promise<unknown>;
  on<T>(event: string, handler: (data: T) => void): void;
};
declare const performance: { now(): number };

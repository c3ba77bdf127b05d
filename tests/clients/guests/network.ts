/** What a guest has beside the Web platform, as far as the clients use it. */
export const network = (
  globalThis as unknown as {
    NETWORK: {
      send(event: string, data: unknown): void;
      on(event: string, handler: (data: any) => void): void;
      request(method: string, data: unknown): Promise<any>;
    };
  }
).NETWORK;

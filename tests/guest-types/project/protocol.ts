/** What host and guest say to each other: a host gives it to `createIsolate`. */
export interface Shop {
  toGuest: { order: { items: string[] }; stop: undefined };
  fromGuest: { bill: { total: number }; ready: undefined };
  hostMethods: { price(item: string): number };
  guestMethods: { describe(item: { name: string }): string };
  exposed: { tools: { search(query: string, limit?: number): string[]; db: { get(key: string): { n: number } } } };
  args: { currency: string; rate: number };
}

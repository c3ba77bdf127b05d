/** What the host and its guests say to each other: both sides are checked against it. */
export interface Shop {
  /** Globals of the guest, whose functions are the host's. */
  exposed: {
    shop: {
      /** The price of a thing, or undefined. */
      priceOf(item: string): number | undefined;
    };
  };
}

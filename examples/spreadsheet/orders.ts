/** A sheet's worth of orders, the same each time. */

/** Columns of 10,000 orders. */
export function orders(rows = 10_000): Record<"Item" | "Price" | "Count" | "Discount", (string | number)[]> {
  const items = ["tea", "cake", "jam", "bread", "honey"];
  let state = 0x2545f491;
  // xorshift32
  const random = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const column = <T>(make: (row: number) => T): T[] => Array.from({ length: rows }, (_, row) => make(row));
  return {
    Item: column(() => items[Math.floor(random() * items.length)]!),
    Price: column(() => Math.round(random() * 5_000) / 100),
    Count: column(() => Math.floor(random() * 20)),
    Discount: column(() => (random() < 0.2 ? 0.1 : 0)),
  };
}

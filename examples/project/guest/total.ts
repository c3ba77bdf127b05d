// Runs in an isolate: it has the Web platform of a worker, `shop`, and nothing else.
export async function total(items: readonly string[]): Promise<number> {
  const prices = await Promise.all(items.map((item) => shop.priceOf(item)));
  return prices.reduce<number>((sum, price, index) => {
    if (price === undefined) throw new RangeError(`there is no ${items[index]}`);
    return sum + price;
  }, 0);
}

import { Decimal } from "decimal.js";

/** Pi by the formula of Machin, to any number of digits. */
export function pi(digits: number): string {
  const Long = Decimal.clone({ precision: digits + 10 });
  const arctan = (inverse: number): Decimal => {
    const square = new Long(inverse).pow(2);
    let power = new Long(1).div(inverse);
    let sum = power;
    for (let index = 1; power.abs().gt(`1e-${digits + 8}`); index++) {
      power = power.div(square).neg();
      sum = sum.plus(power.div(2 * index + 1));
    }
    return sum;
  };
  return new Long(4).mul(arctan(5).mul(4).minus(arctan(239))).toFixed(digits, Decimal.ROUND_DOWN);
}

/** What floating point gets wrong, and the functions it has. */
export function sums(): string[] {
  const Money = Decimal.clone({ precision: 40, rounding: Decimal.ROUND_HALF_EVEN });
  return [
    new Money("0.1").plus("0.2"),
    new Money("2.675").toDecimalPlaces(2),
    new Money(2).sqrt(),
    Money.exp(1),
    Money.ln("123456789.123456789"),
    Money.sin("0.5"),
    Money.atan2(-1, "1e-20"),
    new Money("0xff.8"),
    new Money("1e400").pow("0.5"),
    Money.hypot(3, 4, 12),
    new Money(-7).mod(3),
  ].map(String);
}

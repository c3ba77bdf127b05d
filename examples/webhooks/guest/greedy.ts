// A tenant's handler that takes all it can get.
export default function (): never {
  for (;;);
}

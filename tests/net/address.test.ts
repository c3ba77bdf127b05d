// Which addresses count as public.
import { describe, expect, test } from "bun:test";
import { AddressList, isPublicAddress } from "../../lib/net/policy/address.ts";

describe("addresses", () => {
  test.each(["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "2a00::1"])(
    "%s is public",
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test.each([
    ...["0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.1"],
    ...["172.31.255.255", "192.168.1.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "168.63.129.16"],
    ...["100.100.100.200", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1"],
    ...["::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::"],
    ...["2001:db8::1", "2001::1", "::127.0.0.1", "not an address", ""],
  ])("%s is not", (address) => expect(isPublicAddress(address)).toBe(false));

  test("lists have addresses and blocks of both families", () => {
    const list = new AddressList(["10.0.0.0/8", "127.0.0.1", "fd00::/8"]);
    expect(["10.9.9.9", "127.0.0.1", "::ffff:10.0.0.1", "fdff::1"].map((one) => list.has(one))).toEqual(
      Array(4).fill(true),
    );
    expect(["11.0.0.1", "127.0.0.2", "fe80::1", "x"].map((one) => list.has(one))).toEqual(Array(4).fill(false));
    for (const bad of ["10.0.0.0/33", "fd00::/129", "10.0.0/8", "10.0.0.0/x", "host"]) {
      expect(() => new AddressList([bad])).toThrow("addresses");
    }
  });
});

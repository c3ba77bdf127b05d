// Local time and locale are the isolate's own, whatever the host's environment.
import { describe, expect, test } from "bun:test";
import { OptionError } from "network-runtime";
import { engineLanguages } from "../../lib/contract/engine-languages.ts";
import { createGuest, run } from "./guest.ts";

/** Everything that knows local time or the default locale. */
const EVERYWHERE = `
  const date = new Date(Date.UTC(2024, 0, 15, 12));
  const summer = new Date(Date.UTC(2024, 6, 15, 12));
  return {
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    temporal: Temporal.Now.timeZoneId(),
    offsets: [date.getTimezoneOffset(), summer.getTimezoneOffset()],
    hour: date.getHours(),
    text: date.toString(),
    local: new Date(2024, 0, 15).toISOString(),
    parsed: new Date("2024-01-15T00:00:00").toISOString(),
    toLocale: date.toLocaleString(),
    locale: Intl.DateTimeFormat().resolvedOptions().locale,
    number: (1234.5).toLocaleString(),
    list: new Intl.NumberFormat().resolvedOptions().locale,
    languages: [navigator.language, ...navigator.languages],
  };`;

describe("time zone and locale", () => {
  test("are UTC and en-US", async () => {
    expect(await run(EVERYWHERE)).toEqual({
      zone: "UTC",
      temporal: "UTC",
      offsets: [0, 0],
      hour: 12,
      text: "Mon Jan 15 2024 12:00:00 GMT+0000 (Coordinated Universal Time)",
      local: "2024-01-15T00:00:00.000Z",
      parsed: "2024-01-15T00:00:00.000Z",
      toLocale: "1/15/2024, 12:00:00 PM",
      locale: "en-US",
      number: "1,234.5",
      list: "en-US",
      languages: ["en-US", "en-US"],
    });
  });

  test("are each isolate's own, side by side", async () => {
    const [berlin, tokyo, plain] = await Promise.all([
      createGuest({ timeZone: "Europe/Berlin", locale: "de-DE" }),
      createGuest({ timeZone: "asia/tokyo", locale: "JA" }),
      createGuest(),
    ]);
    for (let round = 0; round < 3; round++) {
      const [a, b, c] = (await Promise.all([berlin, tokyo, plain].map((guest) => run(EVERYWHERE, guest)))) as Record<
        string,
        unknown
      >[];
      expect(a).toMatchObject({
        zone: "Europe/Berlin",
        offsets: [-60, -120],
        hour: 13,
        text: "Mon Jan 15 2024 13:00:00 GMT+0100 (Central European Standard Time)",
        local: "2024-01-14T23:00:00.000Z",
        parsed: "2024-01-14T23:00:00.000Z",
        locale: "de-DE",
        number: "1.234,5",
        list: "de-DE",
        languages: ["de-DE", "de-DE"],
      });
      expect(b).toMatchObject({ zone: "Asia/Tokyo", offsets: [-540, -540], hour: 21, locale: "ja" });
      expect(c).toMatchObject({ zone: "UTC", offsets: [0, 0], hour: 12, locale: "en-US" });
    }
  });

  test("that there are not are refused", async () => {
    for (const timeZone of ["", "Nonsense", "+01:00", "UTC0", 5, null])
      await expect(createGuest({ timeZone: timeZone as string })).rejects.toThrow(OptionError);
    for (const locale of ["", "not a tag", "de_DE", "xx-", "de-u-ca-buddhist", "tlh", "az", "is", "zu-ZA", 5, null])
      await expect(createGuest({ locale: locale as string })).rejects.toThrow(OptionError);
  });
});

test("locales are of the languages that the guests' Intl has, which is less than the host's", async () => {
  const guest = await createGuest();
  const known = await run(
    `const letters = [..."abcdefghijklmnopqrstuvwxyz"];
     const pairs = letters.flatMap((first) => letters.map((second) => first + second));
     const codes = [...pairs, ...pairs.flatMap((pair) => letters.map((third) => pair + third))];
     return codes.filter((code) => Intl.getCanonicalLocales(code)[0] === code
       && [Intl.Collator, Intl.DateTimeFormat].every((kind) => kind.supportedLocalesOf(code).length > 0));`,
    guest,
  );
  expect((known as string[]).sort()).toEqual([...engineLanguages].sort());
  const january = `return new Date(0).toLocaleDateString(undefined, { month: "long" });`;
  for (const locale of ["sw", "zh-Hant-HK", "sr-Latn", "en-001"])
    expect(await run(january, await createGuest({ locale }))).not.toStartWith("M");
});

test.each(["", "UTC0", "Nonsense", "Asia/Tokyo"])("the host's TZ=%j and LANG say nothing", (zone) => {
  const script = `
    import { V8Sandbox } from "network-runtime";
    using sandbox = new V8Sandbox();
    const guest = await sandbox.createIsolate();
    console.log(await guest.evaluate(\`(() => {
      const { timeZone, locale } = Intl.DateTimeFormat().resolvedOptions();
      new Intl.DateTimeFormat("en", { timeZone });
      return [timeZone, locale, new Date(0).getHours(), (1234.5).toLocaleString()].join();
    })()\`));`;
  const { stdout, stderr } = Bun.spawnSync([process.execPath, "-e", script], {
    cwd: `${import.meta.dir}/../..`,
    env: { ...process.env, TZ: zone, LANG: "de_DE.UTF-8", LC_ALL: "de_DE.UTF-8" },
  });
  expect([stdout.toString().trim(), stderr.toString()]).toEqual(["UTC,en-US,0,1,234.5", ""]);
});

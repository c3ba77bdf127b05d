import { DateTime, Duration, Info, Interval } from "luxon";

/** The same moment in places with other clocks, their languages' words and numbers included. */
export function around(iso: string): string[] {
  const moment = DateTime.fromISO(iso, { zone: "utc" });
  const places = [
    ["Europe/Berlin", "de"],
    ["America/New_York", "en-US"],
    ["Asia/Kolkata", "hi"],
    ["Asia/Tokyo", "ja"],
    ["Australia/Lord_Howe", "fr"],
    ["Africa/Cairo", "ar-EG"],
  ] as const;
  return places.map(([zone, locale]) => {
    const there = moment.setZone(zone).setLocale(locale);
    return [
      there.toISO(),
      there.toFormat("cccc d LLLL yyyy HH:mm ZZ"),
      there.isInDST,
      there.offset,
      there.toLocaleString(DateTime.DATE_FULL),
    ].join(" | ");
  });
}

/** Arithmetic over the changes of clocks and calendars. */
export function arithmetic(): unknown[] {
  const berlin = { zone: "Europe/Berlin" };
  const before = DateTime.fromISO("2024-03-31T01:30", berlin);
  const after = DateTime.fromISO("2024-10-27T02:30", berlin);
  return [
    before.plus({ hours: 1 }).toISO(),
    before.plus({ days: 1 }).toISO(),
    DateTime.fromISO("2024-03-31T02:30", berlin).toISO(),
    after.plus({ hours: 1 }).toISO(),
    DateTime.fromISO("2024-01-31").plus({ months: 1 }).toISODate(),
    DateTime.fromISO("2020-W53-5").toISODate(),
    Interval.fromDateTimes(before, after).length("days"),
    Interval.fromISO("2024-02-27/P5D")
      .splitBy({ days: 2 })
      .map((part) => part.toISODate()),
    Duration.fromISO("P1Y2M10DT2H30M").shiftTo("months", "hours", "minutes").toObject(),
    Duration.fromMillis(98_765_432).rescale().toISO(),
  ];
}

/** Reads dates people wrote. */
export function read(): unknown[] {
  return [
    DateTime.fromFormat("23 août 1944 13h05", "d MMMM yyyy HH'h'mm", { locale: "fr", zone: "Europe/Paris" }).toISO(),
    DateTime.fromHTTP("Sun, 06 Nov 1994 08:49:37 GMT").toMillis(),
    DateTime.fromRFC2822("Tue, 01 Nov 2016 13:23:12 +0630").toUTC().toISO(),
    DateTime.fromSQL("2017-05-15 09:24:15 America/Los_Angeles", { setZone: true }).toISO(),
    DateTime.fromISO("2024-02-30").invalidReason,
    DateTime.local({ zone: "Mars/Olympus" }).invalidReason,
    DateTime.fromISO("2024-05-01T12:00Z").toRelative({ base: DateTime.fromISO("2024-05-04T13:00Z"), locale: "es" }),
    Info.months("long", { locale: "pl" }),
    Info.weekdays("short", { locale: "tr" }),
  ];
}

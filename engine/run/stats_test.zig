//! Statistics against the fake shim: what is told of an isolate while it works, when it has answered, and at its end.
const std = @import("std");
const constants = @import("../abi/constants.zig");
const engine = @import("engine.zig");
const stats = @import("stats.zig");
const time = @import("../system/time.zig");
const Host = @import("test_host.zig").Host;
const Isolate = @import("isolate.zig").Isolate;
const post = @import("test_host.zig").post;

const expect = std.testing.expect;

fn cpuMs(isolate: *Isolate) f64 {
    var values: [std.enums.values(constants.IsolateStat).len]f64 = undefined;
    stats.ofIsolate(isolate, &values);
    return values[@intFromEnum(constants.IsolateStat.cpu_ms)];
}

test "CPU time is all counted when an answer is there, and never goes back" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const handle = try host.isolate(0, &.{});
    const isolate = engine.isolates.acquire(handle).?;
    defer engine.isolates.release(handle);
    var before: f64 = 0;
    for (1..21) |request| {
        try post(handle, .evaluate, @intCast(request), "spin 5");
        try host.await(.reply, @intCast(request));
        const answered = cpuMs(isolate);
        try expect(answered >= before + 5);
        while (isolate.state.load(.seq_cst) != .idle) {
            const now = cpuMs(isolate);
            try expect(now >= answered);
            before = @max(before, now);
        }
        const settled = cpuMs(isolate);
        try expect(settled >= before);
        before = settled;
    }
}

test "a turn's CPU time is counted while it runs" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const handle = try host.isolate(0, &.{});
    const isolate = engine.isolates.acquire(handle).?;
    defer engine.isolates.release(handle);
    try post(handle, .execute, 0, "hog");
    try host.awaitTurns(handle, 1);
    const deadline = time.now() + 20_000 * time.ns_per_ms;
    while (cpuMs(isolate) < 20) try expect(time.now() < deadline);
    host.sandbox.lock();
    const charged = time.toMs(isolate.cpu_ns.load(.monotonic));
    host.sandbox.unlock();
    try expect(charged < 20);
}

test "what V8's workers did is counted when the answer is there" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const handle = try host.isolate(0, &.{});
    const isolate = engine.isolates.acquire(handle).?;
    defer engine.isolates.release(handle);
    try post(handle, .evaluate, 1, "compile 60");
    try host.await(.reply, 1);
    try expect(cpuMs(isolate) >= 60);
}

test "being made and being freed is the engine's work" {
    const clinging = &@import("fake_shim.zig").clinging;
    clinging.store(true, .release);
    defer clinging.store(false, .release);
    const host = try Host.init(&.{1});
    defer host.deinit();
    const handle = try host.isolate(0, &.{});
    const isolate = engine.isolates.acquire(handle).?;
    defer engine.isolates.release(handle);
    try post(handle, .evaluate, 1, "cling");
    try host.await(.reply, 1);
    isolate.kill(.host, .turn, 0, 0);
    const until = time.now() + 50 * time.ns_per_ms;
    while (time.now() < until) std.Thread.yield() catch {};
    clinging.store(false, .release);
    try host.await(.destroyed, 1);
    try expect(cpuMs(isolate) < 20);
}

//! Debugged isolates against the fake shim: held turns, commands in the middle of others, what limits leave out.
const std = @import("std");
const constants = @import("../abi/constants.zig");
const engine = @import("engine.zig");
const time = @import("../system/time.zig");
const Host = @import("test_host.zig").Host;
const post = @import("test_host.zig").post;

const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;

const command = [1]u8{@intFromEnum(constants.Inspect.command)};
const urgent = [1]u8{constants.inspect_interrupts};
const engines = [1]u8{constants.inspect_is_engines};

/// Until its turn waits for a debugger.
fn awaitHalted(host: *Host, handle: u32) !void {
    const isolate = engine.isolates.acquire(handle) orelse return error.Stale;
    defer engine.isolates.release(handle);
    const deadline = time.now() + 20_000 * time.ns_per_ms;
    while (isolate.state.load(.seq_cst) != .halted) {
        if (time.now() > deadline) return error.TestTimedOut;
        host.pump();
        std.Thread.yield() catch {};
    }
}

fn sleep(ms: u64) void {
    const until = time.now() + ms * time.ns_per_ms;
    while (time.now() < until) std.Thread.yield() catch {};
}

test "turns that a debugger holds give up slot and thread, and their time is nobody's" {
    // One slot, no spare thread, a second for each turn and evaluation.
    const host = try Host.init(&.{ 1, 0, 0, 0, -1 });
    defer host.deinit();
    var held: [3]u32 = undefined;
    for (&held, 0..) |*isolate, id| {
        isolate.* = try host.isolate(@intCast(id), &.{ 0, 0, 1000 });
        try post(isolate.*, .inspect, 1, command ++ "await");
        try awaitHalted(host, isolate.*);
    }
    try expectEqual(0, host.slotsUsed());
    const quiet = try host.isolate(9, &.{});
    try post(quiet, .message, 0, "echo q");
    try host.await(.message, 1);
    try post(held[0], .evaluate, 5, "echo late");
    sleep(1200);
    for (held) |isolate| {
        try post(isolate, .inspect, 1, command ++ "echo held");
        try post(isolate, .inspect, 1, command ++ "resume");
    }
    try host.await(.message, 5);
    try host.await(.reply, 1);
    try expectEqual(0, host.count(.terminated));
}

test "a held turn is ended as any other" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const held = try host.isolate(0, &.{});
    try post(held, .inspect, 1, command ++ "await");
    try awaitHalted(host, held);
    const isolate = engine.isolates.acquire(held).?;
    isolate.kill(.host, .turn, 0, 0);
    engine.isolates.release(held);
    try host.await(.destroyed, 1);
}

test "an urgent command comes in the middle of a turn, the others after it" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const isolate = try host.isolate(0, &.{});
    try post(isolate, .execute, 0, "spin 100");
    try host.awaitTurns(isolate, 1);
    try post(isolate, .message, 0, "echo message");
    try post(isolate, .inspect, 1, command ++ "echo plain");
    try post(isolate, .inspect, 1, urgent ++ "echo urgent");
    try host.await(.message, 3);
    try std.testing.expectEqualStrings("urgent plain message ", host.last.items);
}

test "the engine's own work counts in no limit, what is evaluated does" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const isolate = try host.isolate(0, &.{ 40, 60 });
    try post(isolate, .inspect, 1, engines ++ "spin 100");
    try post(isolate, .message, 0, "echo alive");
    try host.await(.message, 1);
    try expectEqual(0, host.count(.terminated));
    try post(isolate, .inspect, 1, command ++ "spin 100");
    try host.await(.destroyed, 1);
    try expectEqual(1, host.count(.terminated));
}

test "an isolate waits while its front ends have not taken what it told them" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const isolate = try host.isolate(0, &.{});
    try post(isolate, .inspect, 1, command ++ "tell 6000");
    try host.await(.inspect, 4096);
    sleep(50);
    host.pump();
    try expect(host.count(.inspect) < 4200);
    // Others go on.
    const quiet = try host.isolate(9, &.{});
    try post(quiet, .message, 0, "echo q");
    try host.await(.message, 1);
    var taken = [5]u8{ @intFromEnum(constants.Inspect.taken), 0, 0, 0, 0 };
    std.mem.writeInt(u32, taken[1..5], 4096 * 1024, .little);
    try post(isolate, .inspect, 1, &taken);
    try host.await(.inspect, 6000);
}

test "the engine's own work that waits for front ends has no slot to lend" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const isolate = try host.isolate(0, &.{});
    try post(isolate, .inspect, 1, engines ++ "tell 6000");
    try host.await(.inspect, 4096);
    for (1..3) |id| try post(try host.isolate(@intCast(id), &.{}), .execute, 0, "hog");
    // Longer than a slice and what is waited beyond it.
    sleep(60);
    try expect(host.slotsUsed() <= 1);
}

test "what is no command is refused" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const isolate = try host.isolate(0, &.{});
    try std.testing.expectError(error.Malformed, post(isolate, .inspect, 1, ""));
    try std.testing.expectError(error.Malformed, post(isolate, .inspect, 1, "\x0e"));
    try std.testing.expectError(error.Malformed, post(isolate, .inspect, 1, "\x02\x01"));
}

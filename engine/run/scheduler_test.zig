//! The scheduler against the fake shim: order, fairness, limits, and everything at random.
const std = @import("std");
const builtin = @import("builtin");
const constants = @import("../abi/constants.zig");
const engine = @import("engine.zig");
const time = @import("../system/time.zig");
const Host = @import("test_host.zig").Host;
const Pending = @import("../queue/pending.zig").Pending;
const post = @import("test_host.zig").post;

const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;

test "work is done in the order posted" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const isolate = try host.isolate(0, &.{});
    for (0..20) |_| {
        try post(isolate, .execute, 0, "echo a");
        try post(isolate, .message, 0, "echo b");
    }
    try host.await(.message, 40);
    try expectEqual(1, host.count(.created));
    try std.testing.expectEqualStrings("a b " ** 20, host.last.items);
}

test "hogs share one slot with a quiet isolate" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    for (0..4) |index| {
        const hog = try host.isolate(@intCast(index), &.{});
        try post(hog, .execute, 0, "hog");
    }
    const quiet = try host.isolate(9, &.{});
    for (1..6) |round| {
        try post(quiet, .message, 0, "echo q");
        try host.await(.message, @intCast(round));
    }
    try expectEqual(0, host.sandbox.shutdown(2000 * time.ns_per_ms));
    host.pump();
    try expectEqual(5, host.count(.destroyed));
}

test "a deaf turn lends its slot" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const deaf = try host.isolate(0, &.{});
    try post(deaf, .execute, 0, "deaf 400");
    const quiet = try host.isolate(1, &.{});
    try post(quiet, .message, 0, "echo q");
    try post(deaf, .execute, 0, "echo d");
    try host.await(.message, 2);
    try std.testing.expectEqualStrings("q d ", host.last.items);
}

/// Until these isolates have both given their slots up some times.
fn awaitTurnAbout(host: *Host, handles: [2]u32) !void {
    for (handles) |handle| {
        const isolate = engine.isolates.acquire(handle) orelse return error.Stale;
        defer engine.isolates.release(handle);
        const deadline = time.now() + 20_000 * time.ns_per_ms;
        while (isolate.preemptions.load(.monotonic) < 3) {
            if (time.now() > deadline) return error.TestTimedOut;
            host.pump();
            std.Thread.yield() catch {};
        }
    }
}

test "a turn that lent its slot takes turns with others when it comes by" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const deaf = try host.isolate(0, &.{});
    try post(deaf, .execute, 0, "deaf-hog 60");
    const hog = try host.isolate(1, &.{});
    try post(hog, .execute, 0, "hog");
    try awaitTurnAbout(host, .{ deaf, hog });
    try expectEqual(1, host.slotsUsed());
}

test "after a turn that lent its slot the next waits for one" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const deaf = try host.isolate(0, &.{});
    try post(deaf, .execute, 0, "deaf 60");
    try post(deaf, .execute, 0, "hog");
    const hog = try host.isolate(1, &.{});
    try post(hog, .execute, 0, "hog");
    try awaitTurnAbout(host, .{ deaf, hog });
    try expectEqual(1, host.slotsUsed());
}

test "a CPU limit ends the isolate once, and tells" {
    const host = try Host.init(&.{2});
    defer host.deinit();
    const hog = try host.isolate(0, &.{5});
    try post(hog, .execute, 0, "hog");
    try host.await(.destroyed, 1);
    try expectEqual(1, host.count(.terminated));
    try std.testing.expectError(error.Stale, post(hog, .message, 0, "echo late"));
}

test "an idle turn is not charged, the total is" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const isolate = try host.isolate(0, &.{ 0, 20 });
    for (0..10) |_| try post(isolate, .execute, 0, "spin 5");
    try host.await(.destroyed, 1);
    try expectEqual(1, host.count(.terminated));
}

test "a cancelled evaluate is silent and the isolate lives" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const isolate = try host.isolate(0, &.{});
    try post(isolate, .evaluate, 7, "hog");
    try post(isolate, .evaluate, 8, "echo never");
    try host.await(.created, 1);
    {
        const reference = engine.isolates.acquire(isolate).?;
        defer engine.isolates.release(isolate);
        reference.cancel(8);
        reference.cancel(7);
    }
    try post(isolate, .evaluate, 9, "echo after");
    try host.await(.reply, 1);
    try std.testing.expectEqualStrings("after ", host.last.items);
}

/// A turn may say something before it ends.
fn awaitNonePending(pending: *Pending) !void {
    const deadline = time.now() + 20_000 * time.ns_per_ms;
    while (time.now() < deadline) {
        {
            pending.mutex.lock();
            defer pending.mutex.unlock();
            if (pending.calls.count() == 0) return;
        }
        std.Thread.yield() catch {};
    }
    return error.TestTimedOut;
}

test "every call that is given up ends the turn that comes to it, whatever their number" {
    const others = 40;
    const host = try Host.init(&.{1});
    defer host.deinit();
    const handle = try host.isolate(0, &.{});
    const isolate = engine.isolates.acquire(handle).?;
    defer engine.isolates.release(handle);
    // They wait for something that does not come; the fake answers what it runs, so they are only noted.
    for (100..100 + others) |id| try isolate.pending.add(@intCast(id), time.never);
    try isolate.pending.add(99, time.never);
    try post(handle, .execute, 0, "later 100 99");
    try host.awaitTurns(handle, 1);
    for (100..100 + others) |id| isolate.cancel(@intCast(id));
    isolate.cancel(99);
    try post(handle, .message, 0, "echo after");
    try host.await(.message, 1);
    try awaitNonePending(&isolate.pending);
    try expectEqual(0, host.count(.terminated));
}

test "a call whose turn was ended for another is answered" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const handle = try host.isolate(0, &.{});
    const isolate = engine.isolates.acquire(handle).?;
    defer engine.isolates.release(handle);
    try isolate.pending.add(99, time.never);
    try post(handle, .evaluate, 7, "later 1 99");
    try host.awaitTurns(handle, 1);
    isolate.cancel(99);
    try host.await(.reply_error, 1);
    // What the turn has left may be of the call that was given up: it is remembered until a turn ends by itself.
    try post(handle, .message, 0, "echo after");
    try host.await(.message, 1);
    try awaitNonePending(&isolate.pending);
}

test "without spare threads hogs change places, and a quiet isolate waits for the first to end" {
    const host = try Host.init(&.{ 1, 0, 0, 0, -1 });
    defer host.deinit();
    for (0..3) |index| {
        const hog = try host.isolate(@intCast(index), &.{100});
        try post(hog, .execute, 0, "hog");
    }
    const quiet = try host.isolate(9, &.{});
    try post(quiet, .message, 0, "echo q");
    try host.await(.message, 1);
    try host.await(.destroyed, 3);
    host.sandbox.lock();
    defer host.sandbox.unlock();
    try expect(host.sandbox.scheduler.thread_count <= 2);
}

test "isolates are made and ended while all threads hold turns" {
    const host = try Host.init(&.{ 1, 0, 0, 0, -1 });
    defer host.deinit();
    const hog = try host.isolate(0, &.{});
    try post(hog, .execute, 0, "hog");
    try host.awaitTurns(hog, 1);
    for (1..20) |index| _ = try host.isolate(@intCast(index), &.{});
    try host.await(.created, 20);
    const late = try host.isolate(20, &.{});
    try post(late, .message, 0, "echo never");
    try host.await(.created, 21);
    const reference = engine.isolates.acquire(late).?;
    reference.kill(.host, .turn, 0, 0);
    engine.isolates.release(late);
    try host.await(.destroyed, 1);
    try expectEqual(0, host.count(.message));
}

test "threads are as many as the sandbox may have" {
    const host = try Host.init(&.{ 2, 0, 0, 0, 3 });
    defer host.deinit();
    for (0..20) |index| {
        const hog = try host.isolate(@intCast(index), &.{30});
        try post(hog, .execute, 0, "hog");
    }
    var most: u32 = 0;
    while (host.count(.destroyed) < 20) {
        host.pump();
        host.sandbox.lock();
        defer host.sandbox.unlock();
        most = @max(most, host.sandbox.scheduler.thread_count);
    }
    try expect(most > 2 and most <= 2 + 3 + 1);
}

test "a flooding guest is paused until the host takes" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const flooder = try host.isolate(0, &.{ 0, 0, 0, 0, 0, 16 * 1024 });
    try post(flooder, .execute, 0, "flood 200");
    const other = try host.isolate(1, &.{});
    try post(other, .evaluate, 1, "spin 1");
    const deadline = time.now() + 10_000 * time.ns_per_ms;
    while (host.sandbox.paused.load(.seq_cst) == 0) try expect(time.now() < deadline);
    try host.await(.reply, 1);
    try host.await(.message, 200);
}

test "timers fire on idle isolates" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const isolate = try host.isolate(0, &.{});
    try post(isolate, .execute, 0, "timer 20");
    try host.await(.message, 1);
    try std.testing.expectEqualStrings("timer ", host.last.items);
}

test "what V8's workers do for an isolate counts against its total" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const isolate = try host.isolate(0, &.{ 0, 100 });
    try post(isolate, .execute, 0, "compile 60");
    try post(isolate, .message, 0, "echo x");
    try host.await(.message, 1);
    try expectEqual(0, host.count(.terminated));
    try post(isolate, .execute, 0, "compile 60");
    try host.await(.destroyed, 1);
    try expectEqual(1, host.count(.terminated));
}

test "more paused guests than threads all go on" {
    const guests = 270;
    const threads = 1 + 32;
    const host = try Host.init(&.{1});
    defer host.deinit();
    for (0..guests) |index| {
        const isolate = try host.isolate(@intCast(index), &.{ 0, 0, 0, 0, 0, 1024 });
        try post(isolate, .execute, 0, "flood 3");
    }
    const deadline = time.now() + 10_000 * time.ns_per_ms;
    while (host.sandbox.paused.load(.seq_cst) < threads) try expect(time.now() < deadline);
    try host.await(.message, guests * 3);
}

/// What several threads do at random to two sandboxes' isolates, a third of them through stale and made-up handles.
const Chaos = struct {
    hosts: [2]*Host,
    handles: [16]std.atomic.Value(u32) = @splat(std.atomic.Value(u32).init(0)),
    made: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),

    fn run(self: *Chaos, seed: u64) void {
        var prng = std.Random.DefaultPrng.init(seed);
        const random = prng.random();
        for (0..400) |round| self.step(random, @intCast((seed & 0xffff) * 1000 + round + 1));
    }

    fn step(self: *Chaos, random: std.Random, id: u32) void {
        // The dying thread ends by the raw system call, for which ThreadSanitizer waits for ever.
        const commands = [_][]const u8{ "echo x", "spin 1", "timer 1", "flood 20", "deaf 2", "spin 12", "hog", "die" };
        const slot = &self.handles[random.uintLessThan(usize, self.handles.len)];
        const handle = if (random.uintLessThan(u32, 6) == 0) random.int(u32) else slot.load(.monotonic);
        switch (random.uintLessThan(u32, 10)) {
            0 => self.make(random, slot),
            1...6 => {
                const count = commands.len - @intFromBool(builtin.sanitize_thread);
                const kind: constants.Post = if (random.boolean()) .evaluate else .message;
                post(handle, kind, id, commands[random.uintLessThan(usize, count)]) catch {};
            },
            else => {
                const isolate = engine.isolates.acquire(handle) orelse return;
                defer engine.isolates.release(handle);
                switch (random.uintLessThan(u32, 4)) {
                    0 => isolate.kill(.host, .turn, 0, 0),
                    1 => @import("callbacks.zig").table.memory_exceeded(isolate, 1),
                    2 => {
                        isolate.kill(.host, .turn, 0, 0);
                        isolate.sandbox.abandon(isolate);
                    },
                    else => isolate.cancel(id -| random.uintLessThan(u32, 5)),
                }
            },
        }
    }

    fn make(self: *Chaos, random: std.Random, slot: *std.atomic.Value(u32)) void {
        const host = self.hosts[random.uintLessThan(usize, 2)];
        const cpu_ms: f64 = @floatFromInt(1 + random.uintLessThan(u32, 30));
        const wall_ms: f64 = if (random.boolean()) 0 else 40;
        const made = host.isolate(0, &.{ cpu_ms, 0, wall_ms, 0, 0, 4096 }) catch return;
        _ = self.made.fetchAdd(1, .monotonic);
        slot.store(made, .monotonic);
    }
};

test "random work from several threads: every isolate ends, once" {
    const seed = fuzzSeed();
    errdefer std.debug.print("FUZZ_SEED={d}\n", .{seed});
    var chaos: Chaos = .{ .hosts = .{ try Host.init(&.{2}), try Host.init(&.{1}) } };
    defer for (chaos.hosts) |host| host.deinit();
    var threads: [4]std.Thread = undefined;
    for (&threads, 0..) |*thread, index| thread.* = try std.Thread.spawn(.{}, Chaos.run, .{ &chaos, seed +% index });
    for (0..4000) |_| {
        for (chaos.hosts) |host| host.pump();
        std.Thread.yield() catch {};
    }
    for (threads) |thread| thread.join();
    var destroyed: u32 = 0;
    for (chaos.hosts) |host| {
        try expectEqual(0, host.sandbox.shutdown(10_000 * time.ns_per_ms));
        while (!host.sandbox.outbox.isEmpty()) host.pump();
        destroyed += host.count(.destroyed);
        try expectEqual(0, host.sandbox.active.load(.seq_cst));
        try expectEqual(0, host.sandbox.paused.load(.seq_cst));
        try expectEqual(0, host.sandbox.waiting.load(.seq_cst));
    }
    try expectEqual(chaos.made.load(.monotonic), destroyed);
}

fn fuzzSeed() u64 {
    const text = std.c.getenv("FUZZ_SEED") orelse return std.testing.random_seed;
    return std.fmt.parseInt(u64, std.mem.span(text), 10) catch std.testing.random_seed;
}

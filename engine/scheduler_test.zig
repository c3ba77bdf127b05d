//! The scheduler against the fake shim: order, fairness, limits, containment, shutdown.
const std = @import("std");
const builtin = @import("builtin");
const constants = @import("constants.zig");
const engine = @import("engine.zig");
const limits = @import("limits.zig");
const outbox = @import("outbox.zig");
const time = @import("time.zig");
const Sandbox = @import("sandbox.zig").Sandbox;

const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;

/// A sandbox and what its host would remember of records.
const Host = struct {
    handle: u32,
    fd: std.c.fd_t,
    sandbox: *Sandbox,
    counts: [16]u32 = @splat(0),
    last: std.ArrayList(u8) = .empty,
    destroyed_after: bool = true,
    buffer: [64 * 1024]u8 align(8) = undefined,

    fn init(options: []const f64) !*Host {
        try engine.start(.{});
        const created = try engine.createSandbox(try limits.SandboxLimits.read(options));
        const self = try std.testing.allocator.create(Host);
        self.* = .{
            .handle = created.handle,
            .fd = created.fd,
            .sandbox = engine.sandboxes.acquire(created.handle).?,
        };
        return self;
    }

    fn deinit(self: *Host) void {
        _ = self.sandbox.shutdown(2000 * time.ns_per_ms);
        _ = engine.releaseSandbox(self.sandbox);
        engine.sandboxes.release(self.handle);
        _ = std.c.close(self.fd);
        self.last.deinit(std.testing.allocator);
        std.testing.allocator.destroy(self);
    }

    fn isolate(self: *Host, id: u32, options: []const f64) !u32 {
        return engine.createIsolate(self.sandbox, try limits.IsolateLimits.read(options), id);
    }

    fn pump(self: *Host) void {
        const taken = self.sandbox.take(&self.buffer);
        var offset: usize = 0;
        for (0..taken.count) |_| {
            const header = std.mem.bytesToValue(outbox.Header, self.buffer[offset..][0..24]);
            self.counts[header.type] += 1;
            if (header.type == @intFromEnum(constants.Event.message)) {
                const text = self.buffer[offset + 24 ..][0..@min(header.payload_length, 16)];
                self.last.appendSlice(std.testing.allocator, text) catch unreachable;
                self.last.append(std.testing.allocator, ' ') catch unreachable;
            }
            offset += header.size;
        }
    }

    fn count(self: *const Host, event: constants.Event) u32 {
        return self.counts[@intFromEnum(event)];
    }

    /// Takes records until there are `wanted` of this kind. Generous: it only ends a hang.
    fn await(self: *Host, event: constants.Event, wanted: u32) !void {
        const deadline = time.now() + 20_000 * time.ns_per_ms;
        while (self.count(event) < wanted) {
            if (time.now() > deadline) return error.TestTimedOut;
            self.pump();
            std.Thread.yield() catch {};
        }
    }

    fn slotsUsed(self: *Host) u32 {
        self.sandbox.lock();
        defer self.sandbox.unlock();
        return self.sandbox.scheduler.slots_used;
    }

    /// Until this many turns of the isolate have begun.
    fn awaitTurns(self: *Host, handle: u32, wanted: u64) !void {
        const reference = engine.isolates.acquire(handle) orelse return error.Stale;
        defer engine.isolates.release(handle);
        const deadline = time.now() + 20_000 * time.ns_per_ms;
        while (!reference.turn.isRunning() or reference.turns.load(.monotonic) < wanted) {
            if (time.now() > deadline) return error.TestTimedOut;
            self.pump();
        }
    }
};

fn post(handle: u32, kind: constants.Post, request_id: u32, text: []const u8) !void {
    const isolate = engine.isolates.acquire(handle) orelse return error.Stale;
    defer engine.isolates.release(handle);
    try isolate.post(kind, .source_latin1, request_id, text);
}

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

test "a fatal error costs its isolate, not its neighbours" {
    // ThreadSanitizer waits for ever for a thread that ends by the raw system call.
    if (builtin.sanitize_thread) return error.SkipZigTest;
    const host = try Host.init(&.{1});
    defer host.deinit();
    for (0..8) |index| {
        const bomb = try host.isolate(@intCast(index), &.{ 0, 0, 0, 64 });
        try post(bomb, .execute, 0, "die");
    }
    try host.await(.destroyed, 8);
    try expectEqual(8, host.count(.terminated));
    const neighbour = try host.isolate(20, &.{});
    try post(neighbour, .message, 0, "echo alive");
    try host.await(.message, 1);
}

test "a closed doorbell ends the sandbox" {
    try engine.start(.{});
    const created = try engine.createSandbox(try limits.SandboxLimits.read(&.{1}));
    const sandbox = engine.sandboxes.acquire(created.handle).?;
    const isolate = try engine.createIsolate(sandbox, try limits.IsolateLimits.read(&.{}), 0);
    engine.sandboxes.release(created.handle);
    _ = std.c.close(created.fd);
    const deadline = time.now() + 10_000 * time.ns_per_ms;
    while (engine.isolates.acquire(isolate)) |_| {
        engine.isolates.release(isolate);
        try expect(time.now() < deadline);
        std.Thread.yield() catch {};
    }
}

test "shutdown gives up on a turn that does not stop" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const deaf = try host.isolate(0, &.{});
    try post(deaf, .execute, 0, "deaf 300");
    try post(deaf, .execute, 0, "echo never");
    try host.awaitTurns(deaf, 1);
    try expectEqual(1, host.sandbox.shutdown(20 * time.ns_per_ms));
    host.pump();
    try expectEqual(1, host.count(.destroyed));
}

test "a turn that does not stop, but allocates, is ended" {
    // The dying thread ends by the raw system call, for which ThreadSanitizer waits for ever.
    if (builtin.sanitize_thread) return error.SkipZigTest;
    const host = try Host.init(&.{1});
    defer host.deinit();
    const greedy = try host.isolate(0, &.{10});
    try post(greedy, .execute, 0, "greedy");
    try host.await(.destroyed, 1);
    try expectEqual(1, host.count(.terminated));
    try expectEqual(0, host.sandbox.shutdown(10_000 * time.ns_per_ms));
    try expectEqual(1, host.sandbox.abandoned);
    try expectEqual(0, host.sandbox.contained);
}

test "an isolate that cannot be freed is reported, and its slot goes to others" {
    const clinging = &@import("fake_shim.zig").clinging;
    clinging.store(true, .release);
    defer clinging.store(false, .release);
    const host = try Host.init(&.{1});
    defer host.deinit();
    const isolate = try host.isolate(0, &.{});
    try post(isolate, .execute, 0, "cling");
    try post(isolate, .message, 0, "echo x");
    try host.await(.message, 1);
    const reference = engine.isolates.acquire(isolate).?;
    reference.kill(.host, .turn, 0, 0);
    engine.isolates.release(isolate);
    try host.await(.destroyed, 1);
    try expectEqual(1, host.sandbox.isolate_count);
    const other = try host.isolate(1, &.{});
    try post(other, .message, 0, "echo y");
    try host.await(.message, 2);
    clinging.store(false, .release);
    try expectEqual(0, host.sandbox.shutdown(10_000 * time.ns_per_ms));
    while (!host.sandbox.outbox.isEmpty()) host.pump();
    try expectEqual(2, host.count(.destroyed));
}

test "a host's death is heard, however many there are" {
    var hosts: [300]*Host = undefined;
    for (&hosts) |*host| host.* = try Host.init(&.{1});
    defer for (hosts[0 .. hosts.len - 1]) |host| host.deinit();
    const last = hosts[hosts.len - 1];
    defer std.testing.allocator.destroy(last);
    const isolate = try last.isolate(0, &.{});
    try post(isolate, .execute, 0, "hog");
    try last.awaitTurns(isolate, 1);
    const sandbox = last.sandbox;
    _ = std.c.close(last.fd);
    const deadline = time.now() + 20_000 * time.ns_per_ms;
    while (sandbox.deaths.load(.acquire) == 0) try expect(time.now() < deadline);
    try expect(sandbox.isClosing());
    engine.sandboxes.release(last.handle);
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

test "shutdown before a thread came to itself leaves the caller's thread alone" {
    const sched_other = 0;
    for (0..50) |_| {
        const host = try Host.init(&.{1});
        defer host.deinit();
        _ = try host.isolate(0, &.{});
        _ = host.sandbox.shutdown(0);
        try expectEqual(sched_other, std.os.linux.syscall1(.sched_getscheduler, 0));
    }
}

test "a paused turn that is given up holds no slot" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const flooder = try host.isolate(0, &.{ 0, 0, 0, 0, 0, 1024 });
    try post(flooder, .execute, 0, "flood 50");
    const deadline = time.now() + 10_000 * time.ns_per_ms;
    while (host.sandbox.paused.load(.seq_cst) == 0) try expect(time.now() < deadline);
    const reference = engine.isolates.acquire(flooder).?;
    defer engine.isolates.release(flooder);
    try expect(reference.cause.set(.host, .turn, 0, 0));
    host.sandbox.abandon(reference);
    const other = try host.isolate(1, &.{});
    try post(other, .message, 0, "echo alive");
    try host.await(.created, 2);
    host.sandbox.hurry(reference);
    try expectEqual(0, host.sandbox.shutdown(2000 * time.ns_per_ms));
    // The thread gives its slot back right after the death that shutdown waits for.
    const settled = time.now() + 10_000 * time.ns_per_ms;
    while (host.slotsUsed() != 0) try expect(time.now() < settled);
}

test "more paused guests than threads all go on" {
    const guests = 270;
    const host = try Host.init(&.{1});
    defer host.deinit();
    for (0..guests) |index| {
        const isolate = try host.isolate(@intCast(index), &.{ 0, 0, 0, 0, 0, 1024 });
        try post(isolate, .execute, 0, "flood 3");
    }
    const deadline = time.now() + 10_000 * time.ns_per_ms;
    while (host.sandbox.paused.load(.seq_cst) < 257) try expect(time.now() < deadline);
    try host.await(.message, guests * 3);
}

test "a limit broken behind an idle isolate's back ends it" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const isolate = try host.isolate(0, &.{ 0, 0, 0, 64 });
    try post(isolate, .message, 0, "echo x");
    try host.await(.message, 1);
    const reference = engine.isolates.acquire(isolate).?;
    defer engine.isolates.release(isolate);
    while (reference.state.load(.seq_cst) != .idle) std.Thread.yield() catch {};
    @import("callbacks.zig").table.memory_exceeded(reference, 65 << 20);
    try host.await(.destroyed, 1);
    try expectEqual(1, host.count(.terminated));
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

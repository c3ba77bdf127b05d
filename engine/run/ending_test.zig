//! How isolates, turns and hosts end, against the fake shim: containment, turns that do not stop, shutdown.
const std = @import("std");
const builtin = @import("builtin");
const engine = @import("engine.zig");
const limits = @import("../limit/limits.zig");
const socket = @import("../system/socket.zig");
const system_thread = @import("../system/thread.zig");
const time = @import("../system/time.zig");
const Host = @import("test_host.zig").Host;
const post = @import("test_host.zig").post;

const expect = std.testing.expect;
const expectEqual = std.testing.expectEqual;

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
    socket.close(created.fd);
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

test "what a turn that does not stop holds is counted until it ends" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const deaf = try host.isolate(0, &.{10});
    try post(deaf, .execute, 0, "deaf 450");
    try host.await(.destroyed, 1);
    const held = blk: {
        host.sandbox.lock();
        defer host.sandbox.unlock();
        break :blk host.sandbox.leaked_bytes;
    };
    try expectEqual(@import("fake_shim.zig").held_bytes, held);
    try expectEqual(0, host.sandbox.shutdown(20_000 * time.ns_per_ms));
    try expectEqual(0, host.sandbox.leaked_bytes);
}

test "the host hears when much is lost" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const isolate = try host.isolate(0, &.{});
    const reference = engine.isolates.acquire(isolate).?;
    defer engine.isolates.release(isolate);
    host.sandbox.noteContained(reference, 200 << 20);
    host.sandbox.noteContained(reference, 100 << 20);
    host.sandbox.noteContained(reference, 100 << 20);
    try host.await(.degraded, 1);
    try post(isolate, .message, 0, "echo x");
    try host.await(.message, 1);
    try expectEqual(1, host.count(.degraded));
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
    socket.close(last.fd);
    const deadline = time.now() + 20_000 * time.ns_per_ms;
    while (sandbox.deaths.load(.acquire) == 0) try expect(time.now() < deadline);
    try expect(sandbox.isClosing());
    engine.sandboxes.release(last.handle);
}

test "shutdown before a thread came to itself leaves the caller's thread alone" {
    for (0..50) |_| {
        const host = try Host.init(&.{1});
        defer host.deinit();
        _ = try host.isolate(0, &.{});
        _ = host.sandbox.shutdown(0);
        try expect(!system_thread.isDemoted());
    }
}

test "a thread that is given up between two turns is no isolate's home" {
    const host = try Host.init(&.{1});
    defer host.deinit();
    const handle = try host.isolate(0, &.{});
    const isolate = engine.isolates.acquire(handle).?;
    defer engine.isolates.release(handle);
    try post(handle, .execute, 0, "deaf 50");
    const deadline = time.now() + 10_000 * time.ns_per_ms;
    while (true) {
        host.sandbox.lock();
        if (isolate.turn.isRunning()) break;
        host.sandbox.unlock();
        try expect(time.now() < deadline);
    }
    // Its thread comes to the end of the turn and waits for the mutex.
    const turn_over = time.now() + 300 * time.ns_per_ms;
    while (isolate.turn.isRunning() or time.now() < turn_over) try expect(time.now() < deadline);
    try expect(isolate.cause.set(.host, .turn, 0, 0));
    try expect(host.sandbox.giveUp(isolate));
    host.sandbox.unlock();
    try host.await(.destroyed, 1);
    try expectEqual(0, host.sandbox.shutdown(10_000 * time.ns_per_ms));
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

test "an isolate's last records come also when memory is refused" {
    const refuses_memory = &@import("../queue/outbox.zig").refuses_memory;
    const host = try Host.init(&.{1});
    defer host.deinit();
    for (0..4) |index| {
        const hog = try host.isolate(@intCast(index), &.{20});
        try post(hog, .execute, 0, "hog");
    }
    try host.await(.created, 4);
    refuses_memory.store(true, .release);
    defer refuses_memory.store(false, .release);
    try host.await(.destroyed, 4);
    try expectEqual(4, host.count(.terminated));
}

test "who waits for a record that memory was refused for hears of the isolate's end" {
    const refuses_memory = &@import("../queue/outbox.zig").refuses_memory;
    const host = try Host.init(&.{1});
    defer host.deinit();
    const isolate = try host.isolate(0, &.{});
    try host.await(.created, 1);
    // What is there is taken, so that the next record needs memory.
    refuses_memory.store(true, .release);
    defer refuses_memory.store(false, .release);
    var request: u32 = 1;
    while (host.count(.destroyed) == 0) : (request += 1) {
        post(isolate, .evaluate, request, "flood 100") catch {};
        host.pump();
    }
    try expectEqual(1, host.count(.terminated));
}

test "to end many isolates takes as long for each as to end few" {
    var ns: [2]u64 = undefined;
    for ([_]u32{ 1000, 16_000 }, &ns) |count, *taken| {
        const host = try Host.init(&.{ 1, 1 << 30, 100_000 });
        defer host.deinit();
        // A turn that heeds nothing keeps the only slot, so that no ended isolate leaves the list meanwhile.
        const busy = try host.isolate(0, &.{});
        for (1..count) |index| _ = try host.isolate(@intCast(index), &.{});
        try host.await(.created, count);
        try post(busy, .execute, 0, "deaf 300");
        try host.awaitTurns(busy, 1);
        const start = time.threadCpu();
        host.sandbox.end(.shutdown);
        taken.* = (time.threadCpu() - start) / count;
    }
    // Sixteen times as many take sixteen times as long for each where each looks at all.
    try expect(ns[1] < 6 * (ns[0] + 1000));
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

//! What the scheduler's tests have of a host.
const std = @import("std");
const constants = @import("../abi/constants.zig");
const engine = @import("engine.zig");
const limits = @import("../limit/limits.zig");
const outbox = @import("../queue/outbox.zig");
const socket = @import("../system/socket.zig");
const time = @import("../system/time.zig");
const Sandbox = @import("sandbox.zig").Sandbox;

/// A sandbox and what its host would remember of records.
pub const Host = struct {
    handle: u32,
    fd: socket.Fd,
    sandbox: *Sandbox,
    counts: [16]u32 = @splat(0),
    last: std.ArrayList(u8) = .empty,
    destroyed_after: bool = true,
    buffer: [64 * 1024]u8 align(8) = undefined,

    pub fn init(options: []const f64) !*Host {
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

    pub fn deinit(self: *Host) void {
        _ = self.sandbox.shutdown(2000 * time.ns_per_ms);
        _ = engine.releaseSandbox(self.sandbox);
        engine.sandboxes.release(self.handle);
        socket.close(self.fd);
        self.last.deinit(std.testing.allocator);
        std.testing.allocator.destroy(self);
    }

    pub fn isolate(self: *Host, id: u32, options: []const f64) !u32 {
        return engine.createIsolate(self.sandbox, try limits.IsolateLimits.read(options), id);
    }

    pub fn pump(self: *Host) void {
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

    pub fn count(self: *const Host, event: constants.Event) u32 {
        return self.counts[@intFromEnum(event)];
    }

    /// Takes records until there are `wanted` of this kind. Generous: it only ends a hang.
    pub fn await(self: *Host, event: constants.Event, wanted: u32) !void {
        const deadline = time.now() + 20_000 * time.ns_per_ms;
        while (self.count(event) < wanted) {
            if (time.now() > deadline) return error.TestTimedOut;
            self.pump();
            std.Thread.yield() catch {};
        }
    }

    pub fn slotsUsed(self: *Host) u32 {
        self.sandbox.lock();
        defer self.sandbox.unlock();
        return self.sandbox.scheduler.slots_used;
    }

    /// Until this many turns of the isolate have begun.
    pub fn awaitTurns(self: *Host, handle: u32, wanted: u64) !void {
        const reference = engine.isolates.acquire(handle) orelse return error.Stale;
        defer engine.isolates.release(handle);
        const deadline = time.now() + 20_000 * time.ns_per_ms;
        while (!reference.turn.isRunning() or reference.turns.load(.monotonic) < wanted) {
            if (time.now() > deadline) return error.TestTimedOut;
            self.pump();
        }
    }
};

pub fn post(handle: u32, kind: constants.Post, request_id: u32, text: []const u8) !void {
    const isolate = engine.isolates.acquire(handle) orelse return error.Stale;
    defer engine.isolates.release(handle);
    try isolate.post(kind, .source_latin1, request_id, text);
}

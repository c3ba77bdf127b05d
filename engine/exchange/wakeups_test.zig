//! No wake-up is lost, neither way: a host thread posts texts of random sizes through a ring of one page, a child sends each back
//! through another, and whoever has nothing to do sleeps until it is woken. Seeds are fixed, the threads' pace is not.
const std = @import("std");
const calling = @import("../remote/calling.zig");
const constants = @import("../abi/constants.zig");
const engine = @import("../run/engine.zig");
const feeding = @import("../child/feeding.zig");
const layout = @import("../ring/layout.zig");
const limits = @import("../limit/limits.zig");
const looking = @import("../remote/looking.zig");
const remote = @import("../remote/remote.zig");
const serving = @import("../child/serving.zig");
const shared_memory = @import("../system/shared_memory.zig");
const socket = @import("../system/socket.zig");
const system_thread = @import("../system/thread.zig");
const time = @import("../system/time.zig");
const Batch = @import("../remote/batch.zig").Batch;
const Header = @import("../queue/outbox.zig").Header;
const Process = @import("../remote/process.zig").Process;
const Sandbox = @import("../remote/sandbox.zig").Sandbox;
const Settings = @import("../remote/settings.zig").Settings;

const allocator = std.heap.c_allocator;

/// Longer than that is for ever.
const patience = 20_000 * time.ns_per_ms;
const rounds_of_seed = 100;
const command = "echo ";
const text_max = 4 * layout.ring_bytes;

/// What the text of a number is.
fn write(text: []u8, number: u32) void {
    for (text, 0..) |*byte, index| byte.* = 'a' + @as(u8, @truncate((number *% 31 +% index *% 7) % 26));
}

const Host = struct {
    sandbox: *Sandbox,
    isolate: *@import("../remote/isolate.zig").Isolate,
    bell: socket.Fd,
    random: std.Random,
    lengths: std.Deque(u32) = .empty,
    posted: u32 = 0,
    received: u32 = 0,
    created: bool = false,
    ended: bool = false,
    buffer: []align(8) u8,

    fn post(self: *Host) !void {
        const space = try allocator.alloc(u8, command.len + text_max);
        defer allocator.free(space);
        @memcpy(space[0..command.len], command);
        const length = self.someLength();
        write(space[command.len..][0..length], self.posted);
        try self.lengths.pushBack(allocator, length);
        self.posted += 1;
        try calling.post(self.isolate, .message, .wire, 0, space[0 .. command.len + length]);
    }

    fn someLength(self: *Host) u32 {
        return 1 + self.random.uintLessThan(u32, switch (self.random.uintLessThan(u32, 4)) {
            0, 1 => text_max,
            2 => layout.ring_bytes,
            else => 100,
        });
    }

    /// Takes what there is, or sleeps as the host's pump does.
    fn receive(self: *Host) !void {
        const looks = self.random.uintLessThan(u32, @as(u32, 1) << self.random.uintLessThan(u5, 10));
        for (0..looks) |_| {
            if (self.random.boolean()) _ = looking.poll(self.sandbox, 1);
            if (try self.take()) return;
        }
        if (looking.arm(self.sandbox) == 0) return;
        const deadline = time.now() + patience;
        var bytes: [64]u8 = undefined;
        while (socket.drain(self.bell, &bytes) == 0) {
            if (time.now() > deadline) return error.WakeUpLost;
            std.Thread.yield() catch {};
        }
    }

    /// Whether there was something.
    fn take(self: *Host) !bool {
        var batch: Batch = .{ .buffer = self.buffer };
        self.sandbox.take(&batch);
        var at: usize = 0;
        for (0..batch.count) |_| {
            const header = std.mem.bytesToValue(Header, self.buffer[at..][0..@sizeOf(Header)]);
            const payload = self.buffer[at + @sizeOf(Header) ..][0..header.payload_length];
            switch (@as(constants.Event, @enumFromInt(header.type))) {
                .created => self.created = true,
                .message => try self.check(payload),
                .terminated => {},
                .destroyed => self.ended = true,
                else => return error.UnexpectedRecord,
            }
            at += header.size;
        }
        return batch.count != 0;
    }

    fn check(self: *Host, payload: []const u8) !void {
        const space = try allocator.alloc(u8, payload.len);
        defer allocator.free(space);
        write(space, self.received);
        try std.testing.expectEqual(self.lengths.popFront().?, payload.len);
        try std.testing.expect(std.mem.eql(u8, space, payload));
        self.received += 1;
    }
};

/// Says something to a child whose only pool thread has a turn that does not end, then ends that turn's isolate: the child's main
/// thread has to be woken for both.
fn speakToBusy(host: *Host, process: *Process, number: u32) !void {
    const handle = try calling.createIsolate(host.sandbox, try limits.IsolateLimits.read(&.{}), number, 0, &.{});
    const busy = remote.isolates.acquire(handle).?;
    defer remote.isolates.release(handle);
    try calling.post(busy, .message, .wire, 0, "hog");
    for (0..host.random.uintLessThan(u32, 200)) |_| _ = looking.poll(host.sandbox, 1);
    try calling.post(busy, .message, .wire, 0, "hog");
    if (host.random.boolean()) {
        const deadline = time.now() + patience;
        while (looking.arm(host.sandbox) == 0) _ = try host.take();
        while (!process.writer.isTaken()) {
            if (time.now() > deadline) return error.WakeUpLost;
            std.Thread.yield() catch {};
        }
    }
    calling.destroy(busy);
    host.ended = false;
    while (!host.ended) try host.receive();
}

/// The child's main thread, which sleeps without a limit of time.
const Main = struct {
    var done: std.atomic.Value(bool) = .init(false);
    var ended: std.atomic.Value(bool) = .init(false);

    fn main(_: ?*anyopaque) callconv(.c) ?*anyopaque {
        while (!done.load(.seq_cst)) feeding.round(null);
        ended.store(true, .seq_cst);
        return null;
    }
};

/// A sandbox of the host's with one child that is there already.
fn openHost(options: []const f64) !struct { *Sandbox, *Process, [2]socket.Fd } {
    const bells = try socket.pair();
    const sandbox = try allocator.create(Sandbox);
    sandbox.* = .{
        .limits = try limits.SandboxLimits.read(options),
        .settings = try Settings.read(&.{}),
        .options = @splat(0),
        .bell = bells[1],
    };
    _ = try remote.sandboxes.add(allocator, sandbox);
    const process = try Process.create(sandbox, try shared_memory.create(layout.total_bytes));
    _ = try remote.processes.add(allocator, process);
    try sandbox.nursery.list.append(allocator, process);
    return .{ sandbox, process, bells };
}

test "whatever is posted comes back, in order, and no wake-up is lost either way" {
    const one_thread = [_]f64{1};
    try engine.start(.{});
    const sandbox, const process, const bells = try openHost(&one_thread);
    const child = serving.open(process.shared, try limits.SandboxLimits.read(&one_thread), bells[1]).?;
    const thread = try system_thread.spawn(4 * 1024 * 1024, Main.main, null);

    const isolate_limits = try limits.IsolateLimits.read(&.{});
    const handle = try calling.createIsolate(sandbox, isolate_limits, 7, 0, &.{});
    const isolate = remote.isolates.acquire(handle).?;
    for ([_]u64{ 1, 2, 3 }) |seed| {
        errdefer std.debug.print("seed {d}\n", .{seed});
        var prng = std.Random.DefaultPrng.init(seed);
        var host: Host = .{
            .sandbox = sandbox,
            .isolate = isolate,
            .bell = bells[0],
            .random = prng.random(),
            .buffer = try allocator.alignedAlloc(u8, .@"8", text_max + 4096),
        };
        defer allocator.free(host.buffer);
        defer host.lengths.deinit(allocator);
        for (0..rounds_of_seed) |_| {
            for (0..@max(1, host.random.uintLessThan(u32, 6) -| 2)) |_| try host.post();
            while (host.received < host.posted) try host.receive();
        }
        for (0..rounds_of_seed) |round| try speakToBusy(&host, process, 8 + @as(u32, @intCast(round)));
    }

    // As in a child, the rings stay as long as the process. Its threads end.
    try std.testing.expectEqual(0, child.shutdown(patience));
    Main.done.store(true, .seq_cst);
    process.control().wake.bump();
    const deadline = time.now() + patience;
    while (!Main.ended.load(.seq_cst)) {
        if (time.now() > deadline) return error.TestTimedOut;
        std.Thread.yield() catch {};
    }
    system_thread.join(thread);
}

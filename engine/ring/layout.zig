//! What lies where in the memory that a host shares with one child, and what they say to each other there. Numbers only: the
//! host chooses them, the child repeats them.
const std = @import("std");
const builtin = @import("builtin");
const constants = @import("../abi/constants.zig");
const shared_memory = @import("../system/shared_memory.zig");
const stream = @import("stream.zig");
const Word = @import("../system/shared_word.zig").Word;

/// Host and child are of one file, which may have been replaced all the same.
pub const version = 3;

/// A power of two. Longer records go through it in pieces, which costs a copy; in tests, almost all. A message of 1 MiB fits.
pub const ring_bytes = if (builtin.is_test) std.heap.page_size_max else 1 << 21;

/// Isolates that a process has at once, at most.
pub const slots_max = 256;
pub const slot_bits = 8;

/// What the host says, each with a payload of `length` bytes, padded to 8.
pub const Command = extern struct {
    size: u32,
    kind: enum(u32) { create = 1, post = 2, cancel = 3, destroy = 4, tell_writable = 5, template = 6, drop_template = 7, _ },
    /// Of those of templates: the template.
    isolate: u32,
    /// Of a post: its kind and its encoding.
    post: u16 = 0,
    encoding: u16 = 0,
    request_id: u32 = 0,
    length: u32 = 0,
};
comptime {
    std.debug.assert(@sizeOf(Command) == 24);
}

/// Besides the events of the C ABI: a cancel has been carried out, no answer under this number follows.
pub const event_cancelled: u16 = 0xff00;

pub const sandbox_option_count = std.enums.values(constants.SandboxOption).len;
pub const isolate_stat_count = std.enums.values(constants.IsolateStat).len;
pub const sandbox_stat_count = std.enums.values(constants.SandboxStat).len;

/// Layers of the child's confinement.
pub const Layers = packed struct(u32) {
    /// A filter of system calls that ends the process.
    seccomp: bool = false,
    no_new_privileges: bool = false,
    landlock: bool = false,
    namespaces: bool = false,
    /// No capabilities, not root.
    unprivileged: bool = false,
    /// No executable memory but the engine's own file.
    no_jit: bool = false,
    _: u26 = 0,

    pub fn missing(self: Layers, required: Layers) Layers {
        return @bitCast(@as(u32, @bitCast(required)) & ~@as(u32, @bitCast(self)));
    }

    pub fn isEmpty(self: Layers) bool {
        return @as(u32, @bitCast(self)) == 0;
    }
};

/// What a child is told before it starts.
pub const Start = extern struct {
    version: u32 = version,
    host: i32 = 0,
    /// Threads that the system allows the host, and the child.
    threads_max: u64 = 0,
    required: Layers = .{},
    has_jit: u32 = 1,
    options: [sandbox_option_count]f64 = @splat(0),
};

pub const State = enum(u32) { starting = 0, ready = 1, refused = 2, _ };

/// Counters that the child writes and the host reads, neither waiting for the other: an odd number says that they change.
pub fn Counters(comptime count: usize) type {
    return extern struct {
        const Self = @This();

        sequence: std.atomic.Value(u32) align(64) = .init(0),
        /// Of an isolate: of what was posted, bytes that no longer wait.
        consumed: std.atomic.Value(u64) = .init(0),
        values: [count]std.atomic.Value(u64) = @splat(.init(0)),

        /// One thread at a time.
        pub fn write(self: *Self, values: *const [count]f64) void {
            const sequence = self.sequence.load(.monotonic);
            self.sequence.store(sequence +% 1, .seq_cst);
            for (&self.values, values) |*place, value| place.store(@bitCast(value), .monotonic);
            self.sequence.store(sequence +% 2, .seq_cst);
        }

        /// Into `values`, unless they are being changed at each look. Only what a counter can be is taken.
        pub fn read(self: *const Self, values: *[count]f64) bool {
            const looks = 8;
            for (0..looks) |_| {
                const before = self.sequence.load(.seq_cst);
                var copy: [count]f64 = undefined;
                for (&copy, &self.values) |*value, *place| value.* = sane(@bitCast(place.load(.monotonic)));
                if (before & 1 != 0 or self.sequence.load(.seq_cst) != before) continue;
                values.* = copy;
                return true;
            }
            return false;
        }
    };
}

/// Finite, not negative, exact as an integer, and no longer than 25 characters: the least of doubles has 325.
pub fn sane(value: f64) f64 {
    const least: f64 = 1.0 / @as(f64, 1 << 20);
    const most: f64 = 1 << 53;
    return if (value >= least and value <= most) value else 0;
}

/// Pool threads that sleep where the host can wake them, at most.
pub const sleepers_max = 64;

/// What `Control.sleeps` says: whom to wake. From `pool` on, the pool thread that sleeps at that place.
pub const Sleeper = struct {
    pub const nobody: u32 = 0;
    pub const main: u32 = 1;
    pub const pool: u32 = 2;
};

/// Threads that a child may have: V8's compilers, the clock, the main thread and those that end are besides.
pub fn threadsMax(threads: u32, spare_threads: u32) u32 {
    return threads + spare_threads + 32;
}

/// What a child exits with that is not confined as it has to be.
pub const exit_not_confined = 14;

pub const last_words_bytes = 512;

pub const Control = extern struct {
    start: Start = .{},
    // The child's, once.
    state: Word = .{},
    layers: std.atomic.Value(u32) = .init(0),
    // The host's.
    command_head: Word = .{},
    /// 1: the host waits for room for commands.
    wants_room: Word = .{},
    event_tail: Word = .{},
    /// 1: the host sleeps, and is to be woken by the bell.
    armed: Word = .{},
    host_cpu: Word = .{},
    // The child's.
    command_tail: Word = .{},
    /// Who is to be woken for commands, because nobody looks for them: `Sleeper`.
    sleeps: Word = .{},
    /// Changes when the main thread is to look.
    wake: Word = .{},
    /// Changes when the pool thread that sleeps there is to look.
    pool_wakes: [sleepers_max]Word = @splat(.{}),
    event_head: Word = .{},
    /// 1: the child waits for room for records, or its guests do.
    wants_taking: Word = .{},
    child_cpu: Word = .{},
    /// 1: something runs or will.
    busy: Word = .{},
    /// What V8 said when it gave up, zero-terminated. Untrusted.
    last_words: [last_words_bytes]u8 = @splat(0),
    sandbox: Counters(sandbox_stat_count) = .{},
    isolates: [slots_max]Counters(isolate_stat_count) = @splat(.{}),
};

const control_bytes = std.mem.alignForward(usize, @sizeOf(Control), std.heap.page_size_max);
pub const total_bytes = control_bytes + 2 * ring_bytes;

/// The mapped memory of one child.
pub const Shared = struct {
    memory: []align(std.heap.page_size_min) u8,
    control: *Control,
    commands: [*]u8,
    records: [*]u8,

    pub fn map(fd: i32) ?Shared {
        const memory = shared_memory.map(fd, &.{
            .{ .offset = 0, .bytes = control_bytes, .is_mirrored = false },
            .{ .offset = control_bytes, .bytes = ring_bytes, .is_mirrored = true },
            .{ .offset = control_bytes + ring_bytes, .bytes = ring_bytes, .is_mirrored = true },
        }) orelse return null;
        return .{
            .memory = memory,
            .control = @ptrCast(@alignCast(memory.ptr)),
            .commands = memory.ptr + control_bytes,
            .records = memory.ptr + control_bytes + 2 * ring_bytes,
        };
    }

    pub fn unmap(self: Shared) void {
        shared_memory.unmap(self.memory);
    }

    pub fn commandWriter(self: Shared) stream.Writer {
        const control = self.control;
        return .{ .base = self.commands, .size = ring_bytes, .head = &control.command_head, .tail = &control.command_tail };
    }

    pub fn commandReader(self: Shared) stream.Reader {
        const control = self.control;
        return .{ .base = self.commands, .size = ring_bytes, .head = &control.command_head, .tail = &control.command_tail };
    }

    pub fn recordWriter(self: Shared) stream.Writer {
        const control = self.control;
        return .{ .base = self.records, .size = ring_bytes, .head = &control.event_head, .tail = &control.event_tail };
    }

    pub fn recordReader(self: Shared) stream.Reader {
        const control = self.control;
        return .{ .base = self.records, .size = ring_bytes, .head = &control.event_head, .tail = &control.event_tail };
    }
};

test "counters are read as they were written, and what none can be is 0" {
    var counters: Counters(3) = .{};
    counters.write(&.{ 1.5, std.math.nan(f64), -5 });
    var values: [3]f64 = undefined;
    try std.testing.expect(counters.read(&values));
    try std.testing.expectEqualSlices(f64, &.{ 1.5, 0, 0 }, &values);
    for ([_]f64{ std.math.inf(f64), std.math.floatMin(f64), std.math.floatTrueMin(f64), 1e300 }) |value| {
        try std.testing.expectEqual(0, sane(value));
    }
    var buffer: [25]u8 = undefined;
    for ([_]f64{ 1.0 / @as(f64, 1 << 20), 1.1e-6, 1 << 53, 9007199254740990.5, 123456.78901234567 }) |value| {
        _ = try std.fmt.bufPrint(&buffer, "{d}", .{sane(value)});
    }
    counters.sequence.store(1, .seq_cst);
    try std.testing.expect(!counters.read(&values));
}

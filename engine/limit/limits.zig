//! An isolate's and a sandbox's limits, read from the ABI's option arrays. What they may be is what lib/contract/ranges.ts
//! says, which tests/abi check.
const std = @import("std");
const constants = @import("../abi/constants.zig");
const time = @import("../system/time.zig");

const mib: u64 = 1024 * 1024;
const spin_us_max: f64 = 1000;
/// What JavaScript has of time.
const clock_ms_max: f64 = 8.64e15;
/// A record's size, header and padding included, is a u32.
const message_bytes_most: u64 = (1 << 32) - 4096;

/// One record of an inspector: the text of a script, a profile.
pub const inspect_record_bytes_max: u64 = 64 * mib;

pub const SandboxLimits = struct {
    threads: u32,
    outbound_bytes_max: u64,
    isolates_max: u32,
    spin_ns: u64,
    /// Threads beyond `threads`.
    spare_threads: u32,

    pub fn read(options: []const f64) error{Argument}!SandboxLimits {
        const get = Reader(constants.SandboxOption){ .options = options };
        const spin_us = try get.signed(.spin_us);
        if (spin_us > spin_us_max) return error.Argument;
        const no_spare_threads = try get.signed(.spare_threads) < 0;
        return .{
            .threads = @intCast(try get.integer(.threads, 1, 256, 2)),
            .outbound_bytes_max = try get.integer(.outbound_bytes_max, 64 * 1024, 1 << 40, 64 * mib),
            .isolates_max = @intCast(try get.integer(.isolates_max, 1, 100_000, 10_000)),
            .spin_ns = if (spin_us < 0) 0 else if (spin_us == 0) 50 * time.ns_per_us else time.fromMs(spin_us / 1000),
            .spare_threads = if (no_spare_threads) 0 else @intCast(try get.integer(.spare_threads, 1, 1024, 32)),
        };
    }
};

pub const IsolateLimits = struct {
    cpu_ns: u64,
    cpu_total_ns: u64,
    wall_ns: u64,
    memory_bytes: u64,
    mailbox_bytes_max: u64,
    outbound_bytes_max: u64,
    message_bytes_max: u64,
    requests_max: u32,
    timers_max: u32,
    stack_bytes: u32,
    /// CPU time a second of wall time, in parts of a processor; 0 = unlimited.
    cpu_share: f64,
    contains_fatal: bool,
    flags: u32,
    random_seed: f64,
    clock_start_ms: f64,
    /// A handle, 0 = none.
    template: u32,

    /// How long a batch may run before one of its limits can be reached, after `cpu_ns_used` in the isolate's life.
    pub fn soonest(self: *const IsolateLimits, cpu_ns_used: u64) u64 {
        return @min(self.cpu_ns, self.wall_ns, self.cpu_total_ns -| cpu_ns_used);
    }

    /// 0 means unlimited and is kept as the largest value, so that comparisons need no special case; `memory_bytes`,
    /// `requests_max` and `timers_max` keep 0, as the shim's options do.
    pub fn read(options: []const f64) error{Argument}!IsolateLimits {
        const get = Reader(constants.IsolateOption){ .options = options };
        const flags: u32 = @intCast(try get.integer(.flags, 0, 511, 0));
        return .{
            .cpu_ns = try get.duration(.cpu_ms, 1, 1e12),
            .cpu_total_ns = try get.duration(.cpu_total_ms, 1, 1e12),
            .wall_ns = try get.duration(.wall_ms, 1, 1e12),
            .memory_bytes = mib * try get.integer(.memory_mb, 8, 1 << 20, 0),
            .mailbox_bytes_max = try get.integer(.mailbox_bytes_max, 1024, 1 << 40, 1 << 53),
            .outbound_bytes_max = try get.integer(.outbound_bytes_max, 1024, 1 << 40, 1 << 53),
            .message_bytes_max = try get.integer(.message_bytes_max, 1024, (1 << 31) - 1, message_bytes_most),
            .requests_max = @intCast(try get.integer(.requests_max, 1, (1 << 31) - 1, 0)),
            .timers_max = @intCast(try get.integer(.timers_max, 1, (1 << 31) - 1, 0)),
            .stack_bytes = @intCast(1024 * try get.integer(.stack_kb, 64, 984, 984)),
            .cpu_share = try get.real(.cpu_share, 0.001, 1),
            .contains_fatal = flags & @intFromEnum(constants.IsolateFlag.contain_fatal) != 0,
            .flags = flags,
            .random_seed = @floatFromInt(try get.integer(.random_seed, 0, (1 << 53) - 1, 0)),
            .clock_start_ms = try get.within(.clock_start_ms, clock_ms_max),
            .template = @intCast(try get.integer(.template, 0, (1 << 32) - 1, 0)),
        };
    }
};

fn Reader(comptime Option: type) type {
    return struct {
        options: []const f64,

        fn signed(self: @This(), option: Option) error{Argument}!f64 {
            const index = @intFromEnum(option);
            const value = if (index < self.options.len) self.options[index] else 0;
            return if (std.math.isFinite(value)) value else error.Argument;
        }

        /// `default` for 0, otherwise the value, which must be in range.
        fn integer(self: @This(), option: Option, min: u64, max: u64, default: u64) error{Argument}!u64 {
            const value = try self.signed(option);
            if (value == 0) return default;
            if (value != @trunc(value) or value < @as(f64, @floatFromInt(min))) return error.Argument;
            if (value > @as(f64, @floatFromInt(max))) return error.Argument;
            return @intFromFloat(value);
        }

        /// 0, or a value in range.
        fn real(self: @This(), option: Option, min: f64, max: f64) error{Argument}!f64 {
            const value = try self.signed(option);
            return if (value == 0 or (value >= min and value <= max)) value else error.Argument;
        }

        /// A value that is no further from 0.
        fn within(self: @This(), option: Option, max: f64) error{Argument}!f64 {
            const value = try self.signed(option);
            return if (@abs(value) <= max) value else error.Argument;
        }

        fn duration(self: @This(), option: Option, min_ms: f64, max_ms: f64) error{Argument}!u64 {
            const ms = try self.real(option, min_ms, max_ms);
            return if (ms == 0) time.never else time.fromMs(ms);
        }
    };
}

test "0 is the default or unlimited, nonsense is refused" {
    const limits = try IsolateLimits.read(&.{ 5, 0, 0, 64 });
    try std.testing.expectEqual(5 * time.ns_per_ms, limits.cpu_ns);
    try std.testing.expectEqual(time.never, limits.wall_ns);
    try std.testing.expectEqual(64 * mib, limits.memory_bytes);
    try std.testing.expectError(error.Argument, IsolateLimits.read(&.{-1}));
    try std.testing.expectError(error.Argument, IsolateLimits.read(&.{std.math.nan(f64)}));
    try std.testing.expectError(error.Argument, IsolateLimits.read(&.{0.5}));
    try std.testing.expectError(error.Argument, IsolateLimits.read(&.{ 0, 0, 0, 8.5 }));
    try std.testing.expectError(error.Argument, SandboxLimits.read(&.{257}));
    try std.testing.expectEqual(2, (try SandboxLimits.read(&.{})).threads);
}

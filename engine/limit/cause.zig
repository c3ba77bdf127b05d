//! Why an isolate ends. Set once: the first cause wins and nothing takes it back.
const std = @import("std");
const time = @import("../system/time.zig");

pub const Kind = enum(u32) {
    none = 0,
    claimed = 1,
    host = 2,
    shutdown = 3,
    orphaned = 4,
    cpu = 5,
    wall = 6,
    memory = 7,
    fatal = 8,
    creation = 9,
    /// The system refused what the isolate may have.
    exhausted = 10,
};

/// What a process had no more of when an isolate could not be made.
pub const Resource = enum { none, memory, addresses, mappings };

pub const Scope = enum { turn, total, evaluate };

pub const Cause = struct {
    kind: std.atomic.Value(Kind) = std.atomic.Value(Kind).init(.none),
    scope: Scope = .turn,
    limit: u64 = 0,
    used: u64 = 0,
    resource: Resource = .none,

    /// Whether this call set the cause. `limit` and `used` are nanoseconds or bytes, as the kind has it.
    pub fn set(self: *Cause, kind: Kind, scope: Scope, limit: u64, used: u64) bool {
        if (!self.claim()) return false;
        self.scope = scope;
        self.limit = limit;
        self.used = used;
        self.kind.store(kind, .release);
        return true;
    }

    /// The isolate could not be made, for want of this. Whether this call set the cause.
    pub fn setCreation(self: *Cause, resource: Resource) bool {
        if (!self.claim()) return false;
        self.resource = resource;
        self.kind.store(.creation, .release);
        return true;
    }

    fn claim(self: *Cause) bool {
        return self.kind.cmpxchgStrong(.none, .claimed, .acq_rel, .acquire) == null;
    }

    pub fn isSet(self: *const Cause) bool {
        return self.kind.load(.acquire) != .none;
    }

    pub fn get(self: *const Cause) Kind {
        while (true) {
            const kind = self.kind.load(.acquire);
            if (kind != .claimed) return kind;
            std.atomic.spinLoopHint();
        }
    }

    /// The payload of NR_EVENT_TERMINATED, or null where the host itself ended the isolate.
    pub fn terminatedJson(self: *const Cause, buffer: []u8) ?[]const u8 {
        const text = self.reason();
        return switch (self.get()) {
            .cpu, .wall => std.fmt.bufPrint(
                buffer,
                "{{\"reason\":\"{s}\",\"scope\":\"{s}\",\"limitMs\":{d},\"usedMs\":{d:.3}}}",
                .{ text, @tagName(self.scope), time.toMs(self.limit), time.toMs(self.used) },
            ) catch unreachable,
            .memory => std.fmt.bufPrint(
                buffer,
                "{{\"reason\":\"{s}\",\"limitMb\":{d},\"usedMb\":{d:.3}}}",
                .{ text, mebibytes(self.limit), mebibytes(self.used) },
            ) catch unreachable,
            .fatal, .exhausted => std.fmt.bufPrint(buffer, "{{\"reason\":\"{s}\"}}", .{text}) catch unreachable,
            .creation => std.fmt.bufPrint(
                buffer,
                "{{\"reason\":\"{s}\",\"resource\":\"{s}\"}}",
                .{ text, @tagName(self.resource) },
            ) catch unreachable,
            .none, .claimed, .host, .shutdown, .orphaned => null,
        };
    }

    /// With the counters that the isolate ended with, in the order of `nr_isolate_stats`.
    pub fn destroyedJson(self: *const Cause, counters: []const f64, buffer: []u8) []const u8 {
        var writer = std.Io.Writer.fixed(buffer);
        writer.print("{{\"reason\":\"{s}\",\"counters\":[", .{self.reason()}) catch unreachable;
        for (counters, 0..) |counter, index| {
            writer.print("{s}{d}", .{ if (index == 0) "" else ",", counter }) catch unreachable;
        }
        writer.writeAll("]}") catch unreachable;
        return writer.buffered();
    }

    pub fn reason(self: *const Cause) []const u8 {
        return switch (self.get()) {
            .none, .claimed, .host => "destroyed",
            .shutdown => "shutdown",
            .orphaned => "orphaned",
            .cpu => "cpu_limit_exceeded",
            .wall => "wall_limit_exceeded",
            .memory => "memory_limit_exceeded",
            .fatal => "engine_error",
            .creation => "creation_failed",
            .exhausted => "system_exhausted",
        };
    }
};

fn mebibytes(bytes: u64) f64 {
    return @as(f64, @floatFromInt(bytes)) / (1024 * 1024);
}

test "the first cause stays" {
    var cause: Cause = .{};
    try std.testing.expect(cause.set(.cpu, .total, 5 * time.ns_per_ms, 6 * time.ns_per_ms));
    try std.testing.expect(!cause.set(.memory, .turn, 1, 1));
    var buffer: [256]u8 = undefined;
    try std.testing.expectEqualStrings(
        "{\"reason\":\"cpu_limit_exceeded\",\"scope\":\"total\",\"limitMs\":5,\"usedMs\":6.000}",
        cause.terminatedJson(&buffer).?,
    );
}

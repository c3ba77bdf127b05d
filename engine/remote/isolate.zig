//! An isolate in a child, as its host knows it. Everything but its handle is under its sandbox's mutex.
const std = @import("std");
const calls = @import("calls.zig");
const layout = @import("../ring/layout.zig");
const remote = @import("remote.zig");
const IsolateLimits = @import("../limit/limits.zig").IsolateLimits;
const Process = @import("process.zig").Process;
const Sandbox = @import("sandbox.zig").Sandbox;

pub const Isolate = struct {
    handle: u32 = 0,
    /// What the host calls it in records.
    id: u32,
    sandbox: *Sandbox,
    limits: IsolateLimits,
    /// Null: its last record has been handed out.
    process: ?*Process = null,
    /// What the child knows it by. The lower bits are its slot.
    number: u32 = 0,
    created: bool = false,
    /// The host has ended it, and waits for the child to say so until then.
    closing: bool = false,
    answer_due: u64 = std.math.maxInt(u64),
    /// Why the child says it ends, once it has.
    terminated: ?[]const u8 = null,
    /// A post was refused, and the host has not been told since that there is room.
    refused: bool = false,
    /// The host has asked for what an inspector tells.
    inspected: bool = false,
    /// Evaluates and requests that the child owes an answer, and its guest's requests that the host owes one.
    owed: calls.Owed = .{},
    asked: calls.Asked = .{},
    /// As last read.
    counters: [layout.isolate_stat_count]f64 = @splat(0),

    pub fn slot(self: *const Isolate) usize {
        return self.number & (layout.slots_max - 1);
    }

    /// Whether it takes work.
    pub fn works(self: *const Isolate) bool {
        const process = self.process orelse return false;
        return !self.closing and self.terminated == null and !process.isDoomed();
    }

    /// The last reference is gone.
    pub fn finalize(self: *Isolate) void {
        self.owed.deinit();
        self.asked.deinit();
        const sandbox = self.sandbox;
        std.heap.c_allocator.destroy(self);
        remote.sandboxes.release(sandbox.handle);
    }
};

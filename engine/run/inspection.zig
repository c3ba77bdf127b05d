//! An isolate that somebody debugs: what is asked of its inspector, how far front ends have come with its records, and what
//! its limits leave out. Made by the first command; an isolate that nobody debugs has none.
const std = @import("std");
const constants = @import("../abi/constants.zig");
const engine = @import("engine.zig");
const time = @import("../system/time.zig");
const Commands = @import("../queue/commands.zig").Commands;
const Isolate = @import("isolate.zig").Isolate;
const Item = @import("../queue/mailbox.zig").Item;
const Sandbox = @import("sandbox.zig").Sandbox;

/// Commands that wait, in bytes. A front end that does not wait for answers is told that it is too fast.
const commands_bytes_max = 8 * 1024 * 1024;
/// Records that front ends have not taken, in bytes: more, and the isolate waits.
const untaken_bytes_max = 4 * 1024 * 1024;

pub const Inspection = struct {
    commands: Commands = .{},
    untaken_bytes: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    /// Between two samples of a profile; 0: there is none.
    sample_ns: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    /// The turn is in the middle of work that is the engine's own: no limit of the guest's counts it.
    exempt: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),
    /// A debugger holds the turn, or it waits for its slot since and its time is not forgiven yet.
    held: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),
    // The running thread's.
    exempt_since: u64 = 0,
    /// What V8's side works on.
    given: ?*Item = null,

    /// Queues a command, or notes what front ends have taken. Any thread.
    pub fn post(isolate: *Isolate, session: u32, payload: []const u8) error{ Malformed, Full, Closed, OutOfMemory }!void {
        if (payload.len == 0) return error.Malformed;
        const self = try of(isolate);
        const command = std.enums.fromInt(constants.Inspect, payload[0] & constants.inspect_kind) orelse return error.Malformed;
        if (command == .taken) return self.noteTaken(isolate, payload[1..]);
        const item = try Item.create(.inspect, .json_utf8, session, payload);
        errdefer item.destroy();
        const is_urgent = payload[0] & constants.inspect_interrupts != 0;
        // What ends sessions is not lost to those who flood.
        try self.commands.push(item, if (command == .command) commands_bytes_max else std.math.maxInt(u64));
        switch (isolate.state.load(.seq_cst)) {
            .idle => isolate.sandbox.wake(isolate),
            .halted => isolate.sandbox.unhalt(isolate),
            else => {},
        }
        if (is_urgent) isolate.turn.interruptNow();
    }

    fn of(isolate: *Isolate) error{OutOfMemory}!*Inspection {
        if (isolate.inspection.load(.seq_cst)) |known| return known;
        const self = try std.heap.c_allocator.create(Inspection);
        self.* = .{};
        const other = isolate.inspection.cmpxchgStrong(null, self, .seq_cst, .seq_cst) orelse return self;
        std.heap.c_allocator.destroy(self);
        return other.?;
    }

    fn noteTaken(self: *Inspection, isolate: *Isolate, payload: []const u8) error{Malformed}!void {
        if (payload.len != 4) return error.Malformed;
        const bytes = std.mem.readInt(u32, payload[0..4], .little);
        var known = self.untaken_bytes.load(.seq_cst);
        while (true) known = self.untaken_bytes.cmpxchgWeak(known, known -| bytes, .seq_cst, .seq_cst) orelse break;
        isolate.sandbox.resumeRelieved();
    }

    pub fn noteSent(self: *Inspection, bytes: u64) void {
        _ = self.untaken_bytes.fetchAdd(bytes, .seq_cst);
    }

    /// Whether front ends have to take something first.
    pub fn overfull(self: *const Inspection) bool {
        return self.untaken_bytes.load(.seq_cst) > untaken_bytes_max;
    }

    pub fn relieved(self: *const Inspection) bool {
        return self.untaken_bytes.load(.seq_cst) <= untaken_bytes_max / 2;
    }

    pub fn waits(self: *const Inspection) bool {
        return self.commands.count.load(.seq_cst) != 0;
    }

    pub fn waitsUrgently(self: *const Inspection) bool {
        return self.commands.urgent_count.load(.seq_cst) != 0;
    }

    /// The next command; null: there is none, or, when it `blocks`, the isolate is to end. On the isolate's thread, in a turn.
    pub fn next(self: *Inspection, isolate: *Isolate, only_urgent: bool, blocks: bool) ?*Item {
        self.giveBack(isolate);
        while (true) {
            if (blocks and isolate.cause.isSet()) return null;
            if (self.commands.take(only_urgent)) |item| return self.begin(isolate, item);
            if (!blocks) return null;
            isolate.thread.?.halt(isolate);
        }
    }

    fn begin(self: *Inspection, isolate: *Isolate, item: *Item) *Item {
        self.given = item;
        const payload = item.bytes();
        switch (@as(constants.Inspect, @enumFromInt(payload[0] & constants.inspect_kind))) {
            .profile => self.sample_ns.store(sampleInterval(payload[1..]), .seq_cst),
            .profile_end => self.sample_ns.store(0, .seq_cst),
            else => {},
        }
        if (payload[0] & constants.inspect_is_engines == 0) return item;
        isolate.thread.?.charge(isolate);
        self.exempt_since = time.now();
        self.exempt.store(true, .seq_cst);
        return item;
    }

    /// V8's side has done what it was given.
    pub fn giveBack(self: *Inspection, isolate: *Isolate) void {
        const item = self.given orelse return;
        self.given = null;
        item.destroy();
        if (!self.exempt.load(.monotonic)) return;
        isolate.forgive(time.now() - self.exempt_since, isolate.thread.?.skipCharge());
        self.exempt.store(false, .seq_cst);
        // It has not looked at limits meanwhile.
        engine.clock.notify(0);
    }

    fn sampleInterval(payload: []const u8) u64 {
        if (payload.len < 4) return time.ns_per_ms;
        const us = std.mem.readInt(u32, payload[0..4], .little);
        return std.math.clamp(us, 100, 1000 * 1000) * @as(u64, time.ns_per_us);
    }

    /// On the thread that ends the isolate.
    pub fn close(self: *Inspection) void {
        self.sample_ns.store(0, .seq_cst);
        self.exempt.store(false, .seq_cst);
        self.commands.close();
        if (self.given) |item| item.destroy();
        self.given = null;
    }
};

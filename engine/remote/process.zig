//! One child process, as its host knows it: what is said to it, what has come from it, whose isolates it has.
//! Everything but its handle is under its sandbox's mutex.
const std = @import("std");
const layout = @import("../ring/layout.zig");
const pace = @import("../ring/pace.zig");
const socket = @import("../system/socket.zig");
const stream = @import("../ring/stream.zig");
const system_process = @import("../system/process.zig");
const time = @import("../system/time.zig");
const Backlog = @import("backlog.zig").Backlog;
const Isolate = @import("isolate.zig").Isolate;
const Sandbox = @import("sandbox.zig").Sandbox;

const allocator = std.heap.c_allocator;

/// How long a host that looks leaves what it has said to threads that have work.
const wake_grace = 20 * time.ns_per_us;

/// Why it was ended, where that is known.
pub const Cause = enum {
    none,
    /// With its sandbox.
    shutdown,
    /// It had no isolate left.
    retired,
    /// What it wrote cannot be.
    protocol,
    /// It did not do what it was told to.
    unresponsive,
    /// More memory, or threads, than its isolates may have.
    memory,
    threads,
    /// The host had no memory for what it said.
    host_memory,
    /// The system has ended it: there was no memory.
    out_of_memory,
};

/// How it ended.
pub const End = union(enum) {
    ended: system_process.Ending,
    not_started: system_process.SpawnError,
};

/// A record of which not all has come.
pub const Partial = struct { record: []align(8) u8, filled: usize };

const Seat = struct {
    isolate: ?*Isolate = null,
    /// Isolates that have had the slot: no two have the same number.
    uses: u32 = 0,
    /// Bytes posted to all of them.
    posted: u64 = 0,
};

pub const Process = struct {
    handle: u32 = 0,
    sandbox: *Sandbox,
    /// The next that the keeper is to start.
    waiting_next: ?*Process = null,
    shared: layout.Shared,
    /// The child's, until it has been started.
    memory_fd: socket.Fd,
    writer: stream.Writer,
    reader: stream.Reader,
    backlog: Backlog = .{},
    partial: ?Partial = null,
    /// When its main thread is to be woken, unless what was said has been taken by then. 0: not at all.
    wake_due: u64 = 0,

    pid: system_process.Pid = 0,
    pidfd: socket.Fd = -1,
    cause: Cause = .none,
    end: ?End = null,
    /// Whose isolates it has; null: nobody's yet. It is never another's.
    group: ?u32 = null,
    seats: [layout.slots_max]Seat = @splat(.{}),
    isolate_count: u32 = 0,
    made_count: u32 = 0,
    /// Limits of its isolates, and how many have none.
    memory_bytes: u64 = 0,
    unlimited_count: u32 = 0,
    /// Handles of the templates that it has been told.
    templates: std.ArrayList(u32) = .empty,

    /// Takes the descriptor over, unless this fails.
    pub fn create(sandbox: *Sandbox, memory_fd: socket.Fd) error{OutOfMemory}!*Process {
        const shared = layout.Shared.map(memory_fd) orelse return error.OutOfMemory;
        errdefer shared.unmap();
        const self = try allocator.create(Process);
        self.* = .{
            .sandbox = sandbox,
            .shared = shared,
            .memory_fd = memory_fd,
            .writer = shared.commandWriter(),
            .reader = shared.recordReader(),
        };
        return self;
    }

    /// The last reference is gone: neither the keeper nor the sandbox knows it any more.
    pub fn finalize(self: *Process) void {
        self.closeMemory();
        self.backlog.deinit();
        self.templates.deinit(allocator);
        if (self.partial) |partial| allocator.free(partial.record);
        self.shared.unmap();
        allocator.destroy(self);
    }

    pub fn closeMemory(self: *Process) void {
        if (self.memory_fd != socket.none) socket.close(self.memory_fd);
        self.memory_fd = socket.none;
    }

    pub fn control(self: *const Process) *layout.Control {
        return self.shared.control;
    }

    pub fn isReady(self: *const Process) bool {
        return self.control().state.value.load(.seq_cst) == @intFromEnum(layout.State.ready);
    }

    /// It has ended, and is to blame for it, or its guests are.
    pub fn hasCrashed(self: *const Process) bool {
        return switch (self.end.?) {
            .not_started => false,
            .ended => switch (self.cause) {
                .shutdown, .retired, .host_memory => false,
                .none, .protocol, .unresponsive, .memory, .threads, .out_of_memory => true,
            },
        };
    }

    /// It has ended or is about to.
    pub fn isDoomed(self: *const Process) bool {
        return self.cause != .none or self.end != null;
    }

    /// The first cause stays. It is over when the keeper says so.
    pub fn kill(self: *Process, cause: Cause) void {
        if (self.isDoomed()) return;
        self.cause = cause;
        if (self.pidfd != socket.none) system_process.kill(self.pidfd);
    }

    /// Gives an isolate a place; null: there is none.
    pub fn seat(self: *Process, isolate: *Isolate) bool {
        for (&self.seats, 0..) |*place, index| {
            if (place.isolate != null) continue;
            place.uses += 1;
            place.isolate = isolate;
            isolate.process = self;
            isolate.number = place.uses << layout.slot_bits | @as(u32, @intCast(index));
            self.isolate_count += 1;
            self.made_count += 1;
            self.memory_bytes += isolate.limits.memory_bytes;
            self.unlimited_count += @intFromBool(isolate.limits.memory_bytes == 0);
            return true;
        }
        return false;
    }

    pub fn unseat(self: *Process, isolate: *Isolate) void {
        self.seats[isolate.slot()].isolate = null;
        isolate.process = null;
        self.isolate_count -= 1;
        self.memory_bytes -= isolate.limits.memory_bytes;
        self.unlimited_count -= @intFromBool(isolate.limits.memory_bytes == 0);
    }

    /// The isolate that the child means; null: there is none of that number.
    pub fn isolateOf(self: *Process, number: u32) ?*Isolate {
        const isolate = self.seats[number & (layout.slots_max - 1)].isolate orelse return null;
        return if (isolate.number == number) isolate else null;
    }

    /// Posted to the isolate and not worked on, in bytes, as far as the child tells: it cannot make it more than it was.
    pub fn waiting(self: *Process, isolate: *const Isolate) u64 {
        const consumed = self.control().isolates[isolate.slot()].consumed.load(.seq_cst);
        return self.seats[isolate.slot()].posted -| consumed;
    }

    pub fn notePosted(self: *Process, isolate: *const Isolate, bytes: u64) void {
        self.seats[isolate.slot()].posted += bytes;
    }

    /// Says something: at once as far as there is room, the rest when there is.
    pub fn say(self: *Process, command: layout.Command, payload: []const u8) error{OutOfMemory}!void {
        var full = command;
        full.length = @intCast(payload.len);
        full.size = @intCast(std.mem.alignForward(usize, @sizeOf(layout.Command) + payload.len, 8));
        const padding = zeros[0 .. full.size - @sizeOf(layout.Command) - payload.len];
        const parts = [_][]const u8{ std.mem.asBytes(&full), payload, padding };
        // What follows a part of a command is the rest of it; and a header is in one piece.
        const free = if (self.backlog.isEmpty()) self.room() else 0;
        var at_once: usize = if (free < @sizeOf(layout.Command)) 0 else @min(free, full.size);
        // First: there is no way back from a part of a command.
        if (at_once < full.size) try self.backlog.add(&parts, at_once);
        for (parts) |part| {
            const length = @min(part.len, at_once);
            _ = self.write(part[0..length]);
            at_once -= length;
        }
        self.publish();
        if (!self.backlog.isEmpty()) self.pump();
    }

    const zeros: [8]u8 = @splat(0);

    fn room(self: *Process) u32 {
        return self.writer.room() catch {
            self.kill(.protocol);
            return 0;
        };
    }

    fn write(self: *Process, bytes: []const u8) usize {
        return self.writer.write(bytes) catch {
            self.kill(.protocol);
            return 0;
        };
    }

    fn publish(self: *Process) void {
        self.writer.publish();
        switch (self.control().sleeps.value.load(.seq_cst)) {
            layout.Sleeper.nobody => {},
            // Its pool threads have work, and look when that is done: often before the main thread could.
            layout.Sleeper.main => if (self.sandbox.is_armed) self.wake() else if (self.wake_due == 0) {
                self.wake_due = time.now() + wake_grace;
            },
            else => self.wake(),
        }
        pace.dawdle();
    }

    /// Wakes whom it was put off to wake if it is time and what was said still waits.
    pub fn wakeIfDue(self: *Process, now: u64) void {
        if (self.wake_due == 0) return;
        if (self.writer.isTaken()) self.wake_due = 0 else if (now >= self.wake_due) self.wake();
    }

    /// Wakes whom the child's word names, if anybody.
    pub fn wake(self: *Process) void {
        self.wake_due = 0;
        const page = self.control();
        const sleeper = page.sleeps.value.swap(layout.Sleeper.nobody, .seq_cst);
        if (sleeper == layout.Sleeper.main) return page.wake.bump();
        const place = sleeper -% layout.Sleeper.pool;
        if (place < page.pool_wakes.len) page.pool_wakes[place].bump();
    }

    /// What waits for room goes as far as there is some; the child rings when there is more.
    pub fn pump(self: *Process) void {
        while (!self.backlog.isEmpty() and !self.isDoomed()) {
            const front = self.backlog.front();
            // A child could do nothing with a part of a header.
            const least = @min(front.len, @sizeOf(layout.Command));
            if (self.room() < least) {
                self.control().wants_room.value.store(1, .seq_cst);
                if (self.room() < least) return;
            }
            self.backlog.drop(self.write(front));
            self.publish();
        }
    }

    /// Whether there is something to take.
    pub fn hasRecords(self: *const Process) bool {
        if (self.end != null) return true;
        if (self.cause == .protocol or self.cause == .host_memory) return false;
        if (self.partial) |partial| if (partial.filled == partial.record.len) return true;
        return self.control().event_head.value.load(.seq_cst) != self.reader.at;
    }

    /// Whether records may come although nothing is posted.
    pub fn isBusy(self: *const Process) bool {
        return self.control().busy.value.load(.seq_cst) != 0 or !self.writer.isTaken();
    }
};

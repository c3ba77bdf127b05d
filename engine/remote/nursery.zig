//! A sandbox's children: which of them an isolate goes to, when another is started, and which have had their time.
//! Under the sandbox's mutex.
const std = @import("std");
const constants = @import("../abi/constants.zig");
const keeper = @import("keeper.zig");
const layout = @import("../ring/layout.zig");
const remote = @import("remote.zig");
const shared_memory = @import("../system/shared_memory.zig");
const socket = @import("../system/socket.zig");
const system_process = @import("../system/process.zig");
const time = @import("../system/time.zig");
const allowance = @import("../system/allowance.zig");
const Process = @import("process.zig").Process;
const Sandbox = @import("sandbox.zig").Sandbox;
const Strikes = @import("strikes.zig").Strikes;

const allocator = std.heap.c_allocator;

/// A child that has had so many isolates takes no more: what builds up in a process ends with it.
const isolates_made_max = 1000;

const unlimited_bytes = 4 << 30;

/// What the system allows in threads is for the host and so many children: each takes a part of this for turns that gave way.
const sharers = 16;

pub const StartError = error{ OutOfMemory, NoDescriptor, Limit };
pub const PlaceError = StartError || error{CrashLoop};

pub const Nursery = struct {
    /// Those that live, and those whose ends have not been handed out, in the order they were started.
    list: std.ArrayList(*Process) = .empty,
    strikes: Strikes = .{},

    /// A child for one more isolate of the group: one of its own that has the least to bear, else one that is nobody's yet.
    pub fn place(self: *Nursery, sandbox: *Sandbox, group: u32) PlaceError!*Process {
        var best: ?*Process = null;
        var spare: ?*Process = null;
        var living: u32 = 0;
        var idle: ?*Process = null;
        for (self.list.items) |process| {
            if (process.isDoomed()) continue;
            living += 1;
            if (process.group) |its_group| {
                if (process.isolate_count == 0) idle = process;
                if (its_group != group or !isOpen(sandbox, process)) continue;
                if (best == null or bears(process) < bears(best.?)) best = process;
            } else if (spare == null or (process.isReady() and !spare.?.isReady())) spare = process;
        }
        if (best == null and self.strikes.wait(group, time.now()) != 0) return error.CrashLoop;
        const process = best orelse spare orelse blk: {
            if (living >= sandbox.settings.processes_max) {
                // One that waits for more of its group makes room.
                const other = idle orelse return error.Limit;
                other.kill(.retired);
            }
            break :blk try self.startOne(sandbox);
        };
        process.group = group;
        return process;
    }

    /// What its isolates may have, in bytes; those without a limit, as much as V8 gives them a heap.
    fn bears(process: *const Process) u64 {
        return process.memory_bytes + @as(u64, process.unlimited_count) * unlimited_bytes;
    }

    fn isOpen(sandbox: *Sandbox, process: *Process) bool {
        if (process.isolate_count >= sandbox.settings.isolates_per_process) return false;
        return process.made_count < isolates_made_max and !hasLost(process);
    }

    /// Turns that do not stop, or memory that cannot be freed, are in it.
    fn hasLost(process: *Process) bool {
        var values: [layout.sandbox_stat_count]f64 = undefined;
        if (!process.control().sandbox.read(&values)) return false;
        const leaked = values[@intFromEnum(constants.SandboxStat.leaked_bytes)];
        return leaked != 0 or values[@intFromEnum(constants.SandboxStat.abandoned)] != 0;
    }

    /// Nobody's isolates are in it any more. One is kept for more of those that share by default; a group's ends with it.
    pub fn noteEmpty(self: *Nursery, sandbox: *Sandbox, process: *Process) void {
        if (process.isDoomed()) return;
        if (process.group == 0 and isOpen(sandbox, process)) {
            for (self.list.items) |other| {
                if (other != process and other.group == 0 and !other.isDoomed() and isOpen(sandbox, other)) break;
            } else return;
        }
        process.kill(.retired);
    }

    /// Starts what is missing of the children that wait for a group.
    pub fn refill(self: *Nursery, sandbox: *Sandbox) StartError!void {
        var spares: u32 = 0;
        var living: u32 = 0;
        for (self.list.items) |process| {
            if (process.isDoomed()) continue;
            living += 1;
            if (process.group == null) spares += 1;
        }
        while (spares < sandbox.settings.spares and living < sandbox.settings.processes_max) {
            _ = try self.startOne(sandbox);
            spares += 1;
            living += 1;
        }
    }

    /// Asks for a child; what is said to it waits in its ring until it is there.
    pub fn startOne(self: *Nursery, sandbox: *Sandbox) StartError!*Process {
        const fd = shared_memory.create(layout.total_bytes) catch return error.NoDescriptor;
        const process = Process.create(sandbox, fd) catch {
            socket.close(fd);
            return error.OutOfMemory;
        };
        errdefer process.finalize();
        process.control().start = .{
            .host = system_process.current(),
            .threads_max = allowance.threadsMax() / sharers,
            .required = sandbox.settings.required,
            .has_jit = @intFromBool(sandbox.settings.has_jit),
            .options = sandbox.options,
        };
        try self.list.append(allocator, process);
        errdefer _ = self.list.pop();
        _ = try remote.processes.add(allocator, process);
        // The sandbox lives as long as the keeper may tell it of the child.
        sandbox.hold();
        _ = sandbox.alive.fetchAdd(1, .monotonic);
        sandbox.totals.started += 1;
        keeper.adopt(process);
        return process;
    }

    /// Its end has been handed out.
    pub fn remove(self: *Nursery, process: *Process) void {
        for (self.list.items, 0..) |other, index| {
            if (other != process) continue;
            _ = self.list.orderedRemove(index);
            break;
        }
        remote.processes.release(process.handle);
    }

    pub fn deinit(self: *Nursery) void {
        for (self.list.items) |process| remote.processes.release(process.handle);
        self.list.deinit(allocator);
        self.strikes.deinit();
    }
};

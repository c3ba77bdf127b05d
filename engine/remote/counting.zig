//! Counters of isolates in child processes: what a child has told last, as far as such numbers can be.
const std = @import("std");
const constants = @import("../abi/constants.zig");
const layout = @import("../ring/layout.zig");
const Isolate = @import("isolate.zig").Isolate;
const Process = @import("process.zig").Process;
const Sandbox = @import("sandbox.zig").Sandbox;

pub fn isolateStats(isolate: *Isolate, out: *[layout.isolate_stat_count]f64) error{Stale}!void {
    const sandbox = isolate.sandbox;
    sandbox.mutex.lock();
    defer sandbox.mutex.unlock();
    const process = isolate.process orelse return error.Stale;
    _ = process.control().isolates[isolate.slot()].read(&isolate.counters);
    out.* = isolate.counters;
    out[@intFromEnum(constants.IsolateStat.mailbox_bytes)] = @floatFromInt(process.waiting(isolate));
}

/// Which child it is in: its number, isolates, and whether it is there yet.
pub fn processOf(isolate: *Isolate, out: *[std.enums.values(constants.ProcessOf).len]f64) error{Stale}!void {
    const sandbox = isolate.sandbox;
    sandbox.mutex.lock();
    defer sandbox.mutex.unlock();
    const process = isolate.process orelse return error.Stale;
    for (std.enums.values(constants.ProcessOf), out) |which, *value| value.* = @floatFromInt(switch (which) {
        .pid => process.pid,
        .isolates => @as(i32, @intCast(process.isolate_count)),
    });
}

pub fn sandboxStats(sandbox: *Sandbox, out: *[layout.sandbox_stat_count]f64) void {
    sandbox.mutex.lock();
    defer sandbox.mutex.unlock();
    out.* = @splat(0);
    for (sandbox.nursery.list.items) |process| {
        var values: [layout.sandbox_stat_count]f64 = undefined;
        // The totals have those that ended.
        if (process.end != null or !process.control().sandbox.read(&values)) continue;
        // An isolate's own counters may be newer than those of all.
        for ([_]struct { constants.SandboxStat, constants.IsolateStat }{ .{ .cpu_ms, .cpu_ms }, .{ .turns, .turns } }) |pair| {
            const place = &values[@intFromEnum(pair[0])];
            place.* = @max(place.*, sumOf(process, pair[1]));
        }
        for (out, values) |*sum, value| sum.* += value;
    }
    const totals = sandbox.totals;
    out[@intFromEnum(constants.SandboxStat.isolates)] = @floatFromInt(sandbox.isolate_count);
    out[@intFromEnum(constants.SandboxStat.cpu_ms)] += totals.cpu_ms;
    out[@intFromEnum(constants.SandboxStat.turns)] += totals.turns;
    out[@intFromEnum(constants.SandboxStat.contained)] += totals.contained;
    out[@intFromEnum(constants.SandboxStat.doorbells)] += totals.doorbells;
    // What a child has lost is lost with it, not to the host.
    out[@intFromEnum(constants.SandboxStat.abandoned)] = 0;
    out[@intFromEnum(constants.SandboxStat.leaked_bytes)] = 0;
}

fn sumOf(process: *Process, stat: constants.IsolateStat) f64 {
    var sum: f64 = 0;
    for (&process.seats) |*seat| {
        const isolate = seat.isolate orelse continue;
        _ = process.control().isolates[isolate.slot()].read(&isolate.counters);
        sum += isolate.counters[@intFromEnum(stat)];
    }
    return sum;
}

/// Children that live, those of them that are nobody's yet, those that ended by themselves, and all there have been.
pub fn processStats(sandbox: *Sandbox, out: *[std.enums.values(constants.ProcessStat).len]f64) void {
    sandbox.mutex.lock();
    defer sandbox.mutex.unlock();
    var living: u32 = 0;
    var spares: u32 = 0;
    for (sandbox.nursery.list.items) |process| {
        if (process.end != null) continue;
        living += 1;
        if (process.group == null and !process.isDoomed()) spares += 1;
    }
    for (std.enums.values(constants.ProcessStat), out) |which, *value| value.* = @floatFromInt(switch (which) {
        .living => living,
        .spare => spares,
        .crashed => sandbox.totals.crashes,
        .started => sandbox.totals.started,
    });
}

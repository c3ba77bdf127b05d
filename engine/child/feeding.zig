//! Commands of the host: taken from the ring and carried out by whichever thread looks, one at a time. A pool thread that has
//! nothing else to do looks for a while; the main thread sleeps, and is woken when nobody looks.
const std = @import("std");
const carrying = @import("carrying.zig");
const layout = @import("../ring/layout.zig");
const pace = @import("../ring/pace.zig");
const publishing = @import("publishing.zig");
const recording = @import("recording.zig");
const shim = @import("../abi/shim.zig");
const stream = @import("../ring/stream.zig");
const system_thread = @import("../system/thread.zig");
const time = @import("../system/time.zig");
const Sandbox = @import("../run/sandbox.zig").Sandbox;
const Turnstile = @import("turnstile.zig").Turnstile;

/// How old counters of turns under way may be.
const tick = 10 * time.ns_per_ms;

var sandbox: *Sandbox = undefined;
var control: *layout.Control = undefined;
var reader: stream.Reader = undefined;
var turnstile: Turnstile = .{};
/// Pool threads that look.
var lookers: std.atomic.Value(u32) = .init(0);
/// What has been carried out, for looks without the turnstile.
var taken: std.atomic.Value(u32) = .init(0);

pub fn open(its_sandbox: *Sandbox, its_control: *layout.Control, its_reader: stream.Reader) void {
    sandbox = its_sandbox;
    control = its_control;
    reader = its_reader;
    carrying.sandbox = its_sandbox;
}

/// The main thread's life.
pub fn run() noreturn {
    while (true) round(tick);
}

/// Does what there is, then sleeps until it is woken: while there is work, only so long.
pub fn round(longest: ?u64) void {
    const seen = control.wake.value.load(.seq_cst);
    look();
    recording.carry();
    if (lookers.load(.seq_cst) == 0) control.sleeps.value.store(1, .seq_cst);
    if (hasCommands()) {
        // Another thread may be at it.
        std.Thread.yield() catch {};
        return;
    }
    const works = sandbox.active.load(.seq_cst) != 0;
    control.wake.wait(seen, if (works) longest else null);
    if (works) publishing.publishAll();
}

fn hasCommands() bool {
    return control.command_head.value.load(.seq_cst) != taken.load(.seq_cst);
}

pub fn begin() void {
    control.busy.value.store(@intFromBool(sandbox.active.load(.seq_cst) != 0), .seq_cst);
    control.child_cpu.value.store(system_thread.currentCpu(), .monotonic);
    _ = lookers.fetchAdd(1, .seq_cst);
    control.sleeps.value.store(0, .seq_cst);
}

pub fn look() void {
    sandbox.host_cpu.store(control.host_cpu.value.load(.monotonic), .monotonic);
    if (!hasCommands()) return;
    // The thread may still be entered in the isolate that it ran last.
    const who = shim.nrv8_charge_nobody();
    defer shim.nrv8_charge_again(who);
    turnstile.pass(drain);
}

pub fn end() void {
    if (lookers.fetchSub(1, .seq_cst) != 1) return;
    control.sleeps.value.store(1, .seq_cst);
    look();
}

/// Under the turnstile.
fn drain() void {
    control.busy.value.store(1, .seq_cst);
    while (carrying.next(&reader)) {
        reader.publish();
        taken.store(reader.at, .seq_cst);
        if (control.wants_room.value.load(.seq_cst) != 0 and control.wants_room.value.swap(0, .seq_cst) != 0) recording.ring();
        pace.dawdle();
    }
}

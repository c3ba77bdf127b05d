//! Commands of the host: taken from the ring and carried out by whichever thread looks, one at a time. A pool thread that has
//! nothing else to do looks for a while, and sleeps where the host can wake it: what comes next is likely its own isolate's. When all
//! have work, the main thread is woken.
const std = @import("std");
const carrying = @import("carrying.zig");
const layout = @import("../ring/layout.zig");
const pace = @import("../ring/pace.zig");
const publishing = @import("publishing.zig");
const recording = @import("recording.zig");
const shim = @import("../abi/shim.zig");
const stream = @import("../ring/stream.zig");
const sync = @import("../system/sync.zig");
const system_thread = @import("../system/thread.zig");
const time = @import("../system/time.zig");
const Parker = sync.Parker;
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
/// A bit for each place at which a pool thread sleeps, or is about to.
var sleepers: std.atomic.Value(u64) = .init(0);
/// The place at which one went to sleep last.
var latest: std.atomic.Value(u32) = .init(0);
/// What has been carried out, for looks without the turnstile.
var taken: std.atomic.Value(u32) = .init(0);

pub fn open(its_sandbox: *Sandbox, its_control: *layout.Control, its_reader: stream.Reader) void {
    sandbox = its_sandbox;
    control = its_control;
    reader = its_reader;
    carrying.sandbox = its_sandbox;
    sync.places = &its_control.pool_wakes;
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
    sayWhoSleeps();
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
    control.sleeps.value.store(layout.Sleeper.nobody, .seq_cst);
}

pub fn look() void {
    sandbox.host_cpu.store(control.host_cpu.value.load(.monotonic), .monotonic);
    if (!hasCommands()) return;
    // The thread may still be entered in the isolate that it ran last.
    const who = shim.nrv8_charge_nobody();
    defer shim.nrv8_charge_again(who);
    turnstile.pass(drain);
}

/// For `ns` nanoseconds at most. Whether the parker was signalled.
pub fn sleep(parker: *Parker, ns: ?u64) bool {
    const place = takePlace() orelse {
        stopLooking();
        if (ns) |most| return parker.waitFor(most);
        parker.wait();
        return true;
    };
    stopLooking();
    const until = if (ns) |most| time.now() +| most else time.never;
    const word = &control.pool_wakes[place];
    while (!parker.signalledNow()) {
        const seen = word.value.load(.seq_cst);
        look();
        sayWhoSleeps();
        if (hasCommands()) {
            std.Thread.yield() catch {};
            continue;
        }
        const left = if (ns == null) null else until -| time.now();
        if (left == 0) break;
        parker.sleepAt(place, seen, left);
    }
    _ = sleepers.fetchAnd(~(@as(u64, 1) << place), .seq_cst);
    sayWhoSleeps();
    look();
    return parker.waitFor(0);
}

fn takePlace() ?u6 {
    var before = sleepers.load(.seq_cst);
    while (before != std.math.maxInt(u64)) {
        const place: u6 = @intCast(@ctz(~before));
        before = sleepers.cmpxchgWeak(before, before | @as(u64, 1) << place, .seq_cst, .seq_cst) orelse {
            latest.store(place, .seq_cst);
            return place;
        };
    }
    return null;
}

fn stopLooking() void {
    if (lookers.fetchSub(1, .seq_cst) != 1) return;
    sayWhoSleeps();
    look();
}

/// Whoever has changed who looks and who sleeps says it, and then looks: what the host has said before is carried out by the last of
/// them. Two may say it at once, so that each goes on until what is said is so.
fn sayWhoSleeps() void {
    pace.dawdle();
    while (true) {
        const sleeper = toWake();
        control.sleeps.value.store(sleeper, .seq_cst);
        pace.dawdle();
        if (sleeper == toWake()) return;
    }
}

fn toWake() u32 {
    if (lookers.load(.seq_cst) != 0) return layout.Sleeper.nobody;
    const places = sleepers.load(.seq_cst);
    if (places == 0) return layout.Sleeper.main;
    const place: u6 = @intCast(latest.load(.seq_cst));
    return layout.Sleeper.pool + @as(u32, if (places >> place & 1 != 0) place else @intCast(@ctz(places)));
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

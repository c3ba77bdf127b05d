//! Counters for the host to read whenever it likes: nobody asks, nobody waits.
const std = @import("std");
const constants = @import("../abi/constants.zig");
const engine = @import("../run/engine.zig");
const layout = @import("../ring/layout.zig");
const stats = @import("../run/stats.zig");
const sync = @import("../system/sync.zig");
const Isolate = @import("../run/isolate.zig").Isolate;
const Sandbox = @import("../run/sandbox.zig").Sandbox;

/// What the host knows an isolate by, and what has become of it.
pub const Slot = struct {
    mutex: sync.Mutex = .{},
    /// The host's number of the isolate that has the slot; 0: none yet.
    number: std.atomic.Value(u32) = .init(0),
    handle: u32 = 0,
    /// Bytes posted to all isolates of the slot.
    posted: std.atomic.Value(u64) = .init(0),
};

pub var slots: [layout.slots_max]Slot = @splat(.{});
var control: *layout.Control = undefined;
var sandbox: *Sandbox = undefined;

pub fn open(its_sandbox: *Sandbox, its_control: *layout.Control) void {
    sandbox = its_sandbox;
    control = its_control;
}

fn indexOf(number: u32) usize {
    return number & (layout.slots_max - 1);
}

/// All of its counters.
pub fn publish(isolate: *Isolate) void {
    const index = indexOf(isolate.id);
    const slot = &slots[index];
    slot.mutex.lock();
    defer slot.mutex.unlock();
    // The host has given the slot to another.
    if (slot.number.load(.monotonic) != isolate.id) return;
    noteConsumed(isolate, index);
    var values: [layout.isolate_stat_count]f64 = undefined;
    stats.ofIsolate(isolate, &values);
    control.isolates[index].write(&values);
}

/// Whoever waited may look at all counters at once.
pub fn answers(isolate: *Isolate) void {
    publish(isolate);
    publishSandbox();
}

/// A record is about to be seen by the host, which may look at the counters at once.
pub fn recorded(isolate: *Isolate, event: constants.Event) void {
    const index = indexOf(isolate.id);
    if (slots[index].number.load(.monotonic) == isolate.id) noteConsumed(isolate, index);
    if (event == .destroyed) publishSandbox();
}

fn noteConsumed(isolate: *Isolate, index: usize) void {
    // In this order: what is posted in between waits, as far as this knows.
    const posted = slots[index].posted.load(.seq_cst);
    const waiting = isolate.mailbox.bytes.load(.seq_cst);
    _ = control.isolates[index].consumed.fetchMax(posted -| waiting, .seq_cst);
}

/// It may have been worked on already, and nothing else come: then nobody would tell the host.
pub fn notePosted(isolate: *Isolate, slot: *Slot, bytes: u64) void {
    _ = slot.posted.fetchAdd(bytes, .seq_cst);
    noteConsumed(isolate, indexOf(isolate.id));
}

/// Posts to an isolate that has ended.
pub fn noteLost(number: u32, bytes: u64) void {
    const index = indexOf(number);
    const posted = slots[index].posted.fetchAdd(bytes, .seq_cst) + bytes;
    _ = control.isolates[index].consumed.fetchMax(posted, .seq_cst);
}

pub fn publishSandbox() void {
    sandbox_mutex.lock();
    defer sandbox_mutex.unlock();
    var values: [layout.sandbox_stat_count]f64 = undefined;
    stats.ofSandbox(sandbox, &values);
    control.sandbox.write(&values);
}

var sandbox_mutex: sync.Mutex = .{};

/// Those of turns under way too.
pub fn publishAll() void {
    for (&slots) |*slot| {
        const handle = handleOf(slot) orelse continue;
        const isolate = engine.isolates.acquire(handle) orelse continue;
        defer engine.isolates.release(handle);
        publish(isolate);
    }
    publishSandbox();
}

fn handleOf(slot: *Slot) ?u32 {
    slot.mutex.lock();
    defer slot.mutex.unlock();
    return if (slot.number.load(.monotonic) == 0) null else slot.handle;
}

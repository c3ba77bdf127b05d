//! The process's engine: V8, the clock thread, the sandboxes. Started once, never stopped.
const std = @import("std");
const callbacks = @import("callbacks.zig");
const library = @import("../system/library.zig");
const shim = @import("../abi/shim.zig");
const socket = @import("../system/socket.zig");
const allowance = @import("../system/allowance.zig");
const sync = @import("../system/sync.zig");
const thread = @import("../system/thread.zig");
const Clock = @import("clock.zig").Clock;
const ThreadCount = @import("../limit/thread_count.zig").ThreadCount;
const Feed = @import("feed.zig").Feed;
const HandleTable = @import("../memory/handles.zig").HandleTable;
const Isolate = @import("isolate.zig").Isolate;
const IsolateLimits = @import("../limit/limits.zig").IsolateLimits;
const Janitor = @import("../memory/janitor.zig").Janitor;
const Sandbox = @import("sandbox.zig").Sandbox;
const SandboxLimits = @import("../limit/limits.zig").SandboxLimits;
const Template = @import("template.zig").Template;

const allocator = std.heap.c_allocator;

pub var sandboxes: HandleTable(Sandbox) = .{};
pub var isolates: HandleTable(Isolate) = .{};
pub var templates: HandleTable(Template) = .{};
pub var clock: Clock = .{};
pub var threads: ThreadCount = .{};
pub var janitor: Janitor(Sandbox, Clock) = .{ .clock = &clock };
/// Guards `first` and what hangs on it.
var mutex: sync.Mutex = .{};
pub var first: ?*Sandbox = null;

var start_mutex: sync.Mutex = .{};
var started: enum { not_yet, yes, failed } = .not_yet;
/// The start-up snapshot, and the text of the prelude that it was made of.
pub const Image = struct { snapshot: []const u8 = &.{}, prelude: []const u8 = &.{} };
var image: Image = .{};
var v8_started: std.atomic.Value(u32) = std.atomic.Value(u32).init(0);

/// Idempotent.
pub fn start(from: Image) error{Init}!void {
    start_mutex.lock();
    defer start_mutex.unlock();
    switch (started) {
        .yes => return,
        .failed => return error.Init,
        .not_yet => {},
    }
    started = .failed;
    image = from;
    // Closing the library under its threads would crash the process.
    library.keepLoaded(@ptrCast(&start));
    clock.alarm.open() catch return error.Init;
    threads.limit(allowance.threadsMax());
    _ = thread.spawn(4 * 1024 * 1024, clockMain, null) catch return error.Init;
    while (v8_started.load(.acquire) == 0) sync.futexWait(&v8_started, 0);
    if (v8_started.load(.acquire) != 1) return error.Init;
    started = .yes;
}

pub fn isStarted() bool {
    start_mutex.lock();
    defer start_mutex.unlock();
    return started == .yes;
}

/// V8 is started here too: it runs on engine threads only.
fn clockMain(_: ?*anyopaque) callconv(.c) ?*anyopaque {
    shim.nrv8_thread_init();
    const snapshot = image.snapshot;
    const prelude = image.prelude;
    const failed = shim.nrv8_init(snapshot.ptr, snapshot.len, prelude.ptr, prelude.len, &callbacks.table) != 0;
    v8_started.store(if (failed) 2 else 1, .release);
    sync.futexWake(&v8_started, 1);
    if (failed) return null;
    clock.run();
}

/// For bench/: see shim.h.
pub fn timeBareIsolate() error{SystemResources}!f64 {
    var ms: f64 = -1;
    const id = try thread.spawn(4 * 1024 * 1024, bareMain, &ms);
    thread.join(id);
    return ms;
}

fn bareMain(argument: ?*anyopaque) callconv(.c) ?*anyopaque {
    shim.nrv8_thread_init();
    const ms: *f64 = @ptrCast(@alignCast(argument.?));
    ms.* = shim.nrv8_bare_isolate_ms();
    shim.nrv8_thread_exit();
    return null;
}

/// Before any other lock is taken, never after.
pub fn lock() void {
    sync.assertNoneHeld();
    mutex.lock();
}

pub fn unlock() void {
    mutex.unlock();
}

pub const Created = struct { handle: u32, fd: socket.Fd };

pub fn createSandbox(limits: SandboxLimits) error{ OutOfMemory, Limit, SystemResources }!Created {
    const sandbox = try allocator.create(Sandbox);
    errdefer allocator.destroy(sandbox);
    sandbox.* = .{ .limits = limits };
    const fd = try sandbox.doorbell.open();
    errdefer socket.close(fd);
    errdefer sandbox.doorbell.close();
    lock();
    defer unlock();
    const handle = try sandboxes.add(allocator, sandbox);
    enlist(sandbox);
    clock.alarm.watch(sandbox.doorbell.fd, handle);
    return .{ .handle = handle, .fd = fd };
}

/// In a child process: its records are carried to the host, and its work comes from there.
pub fn createCarried(limits: SandboxLimits, carry: *const fn () void, feed: *const Feed) error{ OutOfMemory, Limit }!*Sandbox {
    const sandbox = try allocator.create(Sandbox);
    errdefer allocator.destroy(sandbox);
    sandbox.* = .{ .limits = limits, .feed = feed };
    sandbox.doorbell.carrier = carry;
    lock();
    defer unlock();
    _ = try sandboxes.add(allocator, sandbox);
    enlist(sandbox);
    return sandbox;
}

/// Under the lock.
fn enlist(sandbox: *Sandbox) void {
    sandbox.next = first;
    if (first) |head| head.previous = sandbox;
    first = sandbox;
}

pub fn unlist(sandbox: *Sandbox) void {
    lock();
    defer unlock();
    if (sandbox.previous) |previous| previous.next = sandbox.next else first = sandbox.next;
    if (sandbox.next) |next| next.previous = sandbox.previous;
}

pub fn createIsolate(
    sandbox: *Sandbox,
    limits: IsolateLimits,
    id: u32,
) error{ OutOfMemory, Limit, Shutdown, NoThread, NoTemplate }!u32 {
    const isolate = try allocator.create(Isolate);
    errdefer allocator.destroy(isolate);
    isolate.* = .{ .id = id, .sandbox = sandbox, .limits = limits };
    if (limits.template != 0) isolate.template = templates.acquire(limits.template) orelse return error.NoTemplate;
    errdefer isolate.letTemplateGo();
    try isolate.reserveLast();
    errdefer isolate.freeReserves();
    // The isolate's reference to its sandbox, given back by its finalize.
    sandbox.hold();
    errdefer sandbox.letGo();
    return sandbox.adopt(isolate);
}

/// Gives up the owner's reference, once.
pub fn releaseSandbox(sandbox: *Sandbox) bool {
    {
        sandbox.lock();
        defer sandbox.unlock();
        if (!sandbox.closing or sandbox.released) return false;
        sandbox.released = true;
    }
    sandboxes.release(sandbox.handle);
    return true;
}

/// Nobody listens to this sandbox any more: its Bun Worker was terminated.
pub fn orphan(handle: u32) void {
    const sandbox = sandboxes.acquire(handle) orelse return;
    defer sandboxes.release(handle);
    // A host that shuts its sandbox down closes its end, too.
    if (sandbox.isClosing()) return;
    sandbox.end(.orphaned);
    _ = releaseSandbox(sandbox);
}

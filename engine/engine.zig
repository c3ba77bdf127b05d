//! The process's engine: V8, the clock thread, the sandboxes. Started once, never stopped.
const std = @import("std");
const constants = @import("constants.zig");
const shim = @import("shim.zig");
const sync = @import("sync.zig");
const time = @import("time.zig");
const Clock = @import("clock.zig").Clock;
const HandleTable = @import("handles.zig").HandleTable;
const Isolate = @import("isolate.zig").Isolate;
const Janitor = @import("janitor.zig").Janitor;
const IsolateLimits = @import("limits.zig").IsolateLimits;
const Sandbox = @import("sandbox.zig").Sandbox;
const SandboxLimits = @import("limits.zig").SandboxLimits;
const callbacks = @import("callbacks.zig");

const allocator = std.heap.c_allocator;

pub var sandboxes: HandleTable(Sandbox) = .{};
pub var isolates: HandleTable(Isolate) = .{};
pub var clock: Clock = .{};
pub var janitor: Janitor = .{};
/// Guards `first` and what hangs on it. Taken before a sandbox's mutex, never after.
pub var mutex: sync.Mutex = .{};
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
    pinLibrary();
    clock.open() catch return error.Init;
    _ = spawnThread(4 * 1024 * 1024, clockMain, null) catch return error.Init;
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

const DlInfo = extern struct { file: ?[*:0]const u8, base: ?*anyopaque, symbol: ?[*:0]const u8, address: ?*anyopaque };
extern "c" fn dladdr(address: *const anyopaque, info: *DlInfo) c_int;
extern "c" fn dlopen(file: ?[*:0]const u8, flags: c_int) ?*anyopaque;

/// Closing the library under its threads would crash the process: makes it stay for good.
fn pinLibrary() void {
    const now_noload_nodelete = 0x2 | 0x4 | 0x1000;
    var info: DlInfo = undefined;
    if (dladdr(@ptrCast(&start), &info) != 0) _ = dlopen(info.file, now_noload_nodelete);
}

extern "c" fn pthread_sigmask(how: c_int, set: *const linux_sigset, old: ?*linux_sigset) c_int;
const linux_sigset = [16]u64;

/// Starts a thread that takes none of the host's signals.
pub fn spawnThread(
    stack_bytes: usize,
    main: *const fn (?*anyopaque) callconv(.c) ?*anyopaque,
    argument: ?*anyopaque,
) error{SystemResources}!std.c.pthread_t {
    var attributes: std.c.pthread_attr_t = undefined;
    if (std.c.pthread_attr_init(&attributes) != .SUCCESS) return error.SystemResources;
    defer _ = std.c.pthread_attr_destroy(&attributes);
    _ = std.c.pthread_attr_setstacksize(&attributes, stack_bytes);

    // Faults stay deliverable; everything else is the host's.
    var blocked: linux_sigset = @splat(0);
    blocked[0] = ~@as(u64, 0);
    inline for (.{ "SEGV", "BUS", "ILL", "TRAP", "FPE", "ABRT", "URG" }) |name| {
        blocked[0] &= ~(@as(u64, 1) << (@intFromEnum(@field(std.os.linux.SIG, name)) - 1));
    }
    var before: linux_sigset = undefined;
    const set_mask = 2;
    _ = pthread_sigmask(set_mask, &blocked, &before);
    defer _ = pthread_sigmask(set_mask, &before, null);
    var id: std.c.pthread_t = undefined;
    if (std.c.pthread_create(&id, &attributes, main, argument) != .SUCCESS) return error.SystemResources;
    return id;
}

/// For bench/: see shim.h.
pub fn timeBareIsolate() error{SystemResources}!f64 {
    var ms: f64 = -1;
    const thread = try spawnThread(4 * 1024 * 1024, bareMain, &ms);
    _ = std.c.pthread_join(thread, null);
    return ms;
}

fn bareMain(argument: ?*anyopaque) callconv(.c) ?*anyopaque {
    shim.nrv8_thread_init();
    const ms: *f64 = @ptrCast(@alignCast(argument.?));
    ms.* = shim.nrv8_bare_isolate_ms();
    shim.nrv8_thread_exit();
    return null;
}

pub const Created = struct { handle: u32, fd: std.c.fd_t };

pub fn createSandbox(limits: SandboxLimits) error{ OutOfMemory, Limit, SystemResources }!Created {
    const sandbox = try allocator.create(Sandbox);
    errdefer allocator.destroy(sandbox);
    sandbox.* = .{ .limits = limits };
    const fd = try sandbox.doorbell.open();
    errdefer _ = std.c.close(fd);
    errdefer sandbox.doorbell.close();
    mutex.lock();
    defer mutex.unlock();
    const handle = try sandboxes.add(allocator, sandbox);
    sandbox.next = first;
    if (first) |head| head.previous = sandbox;
    first = sandbox;
    clock.watch(sandbox.doorbell.fd, handle);
    return .{ .handle = handle, .fd = fd };
}

pub fn unlist(sandbox: *Sandbox) void {
    mutex.lock();
    defer mutex.unlock();
    if (sandbox.previous) |previous| previous.next = sandbox.next else first = sandbox.next;
    if (sandbox.next) |next| next.previous = sandbox.previous;
}

pub fn createIsolate(
    sandbox: *Sandbox,
    limits: IsolateLimits,
    id: u32,
) error{ OutOfMemory, Limit, Shutdown }!u32 {
    const isolate = try allocator.create(Isolate);
    errdefer allocator.destroy(isolate);
    isolate.* = .{ .id = id, .sandbox = sandbox, .limits = limits };
    // The isolate's reference to its sandbox, given back by its finalize.
    _ = sandboxes.acquire(sandbox.handle).?;
    errdefer sandboxes.release(sandbox.handle);
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

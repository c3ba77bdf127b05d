//! One step of guest work: a script, a message, a timer. A turn is what limits are charged to and what a kill hits:
//! V8's terminate and interrupt are sent only to a turn that runs, under its mutex, so that a late one hits nothing.
const std = @import("std");
const shim = @import("../abi/shim.zig");
const sync = @import("../system/sync.zig");
const time = @import("../system/time.zig");
const Pending = @import("../queue/pending.zig").Pending;

/// CPU time after which a turn that an interrupt has not reached is in code that heeds an end only: arithmetic of BigInts.
const deaf_after = 25 * time.ns_per_ms;
/// Turns shorter than this share one reading of the thread's CPU clock, a system call.
const cpu_base_age_max = 200 * time.ns_per_us;

pub const Turn = struct {
    mutex: sync.Mutex = .{},
    running: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),
    /// V8's side of the isolate, while a turn runs.
    v8: ?*shim.Isolate = null,
    terminate_sent: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),
    interrupt_sent: bool = false,
    /// The thread's CPU clock when an interrupt was first seen not to have come.
    unheard_since: ?u64 = null,
    /// The last turn was ended: microtasks of calls that are still owed an answer may wait for the next.
    left_over: bool = false,
    /// Counts turns; an interrupt carries the epoch it was meant for.
    epoch: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),
    /// The evaluate or host request that this turn started, 0 if none.
    request_id: u32 = 0,
    started_at: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    /// The thread's CPU clock when the turn began, or at most `cpu_base_age_max` before.
    cpu_base: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    cpu_base_at: u64 = 0,

    /// False when the isolate is being ended, or nobody is owed the answer any more: both are read under the mutex, so that
    /// no kill and no giving up falls between.
    pub fn begin(self: *Turn, v8: *shim.Isolate, pending: *Pending, request_id: u32, dying: *const fn (*const Turn) bool) bool {
        const now = time.now();
        if (now - self.cpu_base_at > cpu_base_age_max) self.rebase(now, time.threadCpu());
        self.started_at.store(now, .monotonic);
        self.mutex.lock();
        defer self.mutex.unlock();
        if (dying(self) or (request_id != 0 and !pending.contains(request_id))) return false;
        self.running.store(true, .monotonic);
        self.v8 = v8;
        _ = self.epoch.fetchAdd(1, .monotonic);
        self.request_id = request_id;
        // What an ended turn has left may be of another call that was given up.
        if (pending.anyGivenUp()) self.interruptLocked();
        return true;
    }

    pub fn end(self: *Turn, pending: *Pending) void {
        self.mutex.lock();
        defer self.mutex.unlock();
        // What an ended turn has left runs in the next one.
        self.left_over = self.terminateSent();
        if (!self.left_over) pending.forgetGivenUp();
        self.running.store(false, .monotonic);
        if (self.terminateSent()) shim.nrv8_clear_termination(self.v8.?);
        self.terminate_sent.store(false, .monotonic);
        self.noteHeard();
        self.request_id = 0;
    }

    /// Changes under the mutex; without it only a hint.
    pub fn isRunning(self: *const Turn) bool {
        return self.running.load(.monotonic);
    }

    pub fn terminateSent(self: *const Turn) bool {
        return self.terminate_sent.load(.acquire);
    }

    /// The isolate's V8 is gone for good: nothing may be sent any more.
    pub fn close(self: *Turn) void {
        self.mutex.lock();
        defer self.mutex.unlock();
        self.running.store(false, .monotonic);
    }

    /// Reads the CPU clock anew: at a turn's begin, and when another thread starts to run the isolate.
    pub fn rebase(self: *Turn, now: u64, cpu: u64) void {
        self.cpu_base.store(cpu, .monotonic);
        self.cpu_base_at = now;
    }

    pub fn terminate(self: *Turn) void {
        self.mutex.lock();
        defer self.mutex.unlock();
        self.terminateLocked();
    }

    /// For a turn that was told to stop and still runs.
    pub fn terminateAgain(self: *Turn) void {
        self.mutex.lock();
        defer self.mutex.unlock();
        if (!self.isRunning()) return;
        self.terminate_sent.store(true, .release);
        shim.nrv8_terminate(self.v8.?);
    }

    /// It does not stop: it shall end where it next needs memory. Returns the bytes that it holds; null: it is over.
    pub fn condemn(self: *Turn) ?u64 {
        self.mutex.lock();
        defer self.mutex.unlock();
        return if (self.isRunning()) shim.nrv8_condemn(self.v8.?) else null;
    }

    fn terminateLocked(self: *Turn) void {
        self.mutex.assertHeld();
        if (!self.isRunning() or self.terminateSent()) return;
        self.terminate_sent.store(true, .release);
        shim.nrv8_terminate(self.v8.?);
    }

    /// Asks the turn that runs now to come by `interrupt`. Once a turn until it came.
    pub fn interrupt(self: *Turn, epoch: u32) void {
        self.mutex.lock();
        defer self.mutex.unlock();
        if (self.epoch.load(.monotonic) == epoch) self.interruptLocked();
    }

    /// Asks whatever turn runs now.
    pub fn interruptNow(self: *Turn) void {
        self.mutex.lock();
        defer self.mutex.unlock();
        self.interruptLocked();
    }

    /// As if it had begun later and used less. On its thread.
    pub fn forgive(self: *Turn, elapsed: u64, cpu: u64) void {
        _ = self.started_at.fetchAdd(elapsed, .monotonic);
        _ = self.cpu_base.fetchAdd(cpu, .monotonic);
    }

    fn interruptLocked(self: *Turn) void {
        self.mutex.assertHeld();
        if (!self.isRunning() or self.interrupt_sent) return;
        self.interrupt_sent = true;
        shim.nrv8_request_interrupt(self.v8.?, self.epoch.load(.monotonic));
    }

    fn noteHeard(self: *Turn) void {
        self.mutex.assertHeld();
        self.interrupt_sent = false;
        self.unheard_since = null;
    }

    /// Asks a turn that may come to a call that was given up. `cpu` is its thread's clock.
    pub fn press(self: *Turn, pending: *Pending, epoch: u32, cpu: u64) void {
        self.mutex.lock();
        defer self.mutex.unlock();
        if (self.epoch.load(.monotonic) != epoch) return;
        if (!self.interrupt_sent) return self.interruptLocked();
        const since = self.unheard_since orelse {
            self.unheard_since = cpu;
            return;
        };
        if (cpu -| since >= deaf_after and pending.isGivenUp(self.request_id)) self.terminateLocked();
    }

    /// Gives up an evaluation or host request: the turn that runs its code, now or next, is to end. Its own turn may just run
    /// another's microtask: only an interrupt finds out.
    pub fn cancel(self: *Turn, pending: *Pending, request_id: u32) void {
        self.mutex.lock();
        defer self.mutex.unlock();
        if (!self.isRunning() and !self.left_over) {
            _ = pending.remove(request_id);
            return;
        }
        if (!pending.giveUp(request_id)) return;
        self.interruptLocked();
    }

    /// An interrupt came through: the turn ends if it works on a call that was given up. Whether it was meant for this turn.
    pub fn arrived(self: *Turn, pending: *Pending, epoch: u32) bool {
        self.mutex.lock();
        defer self.mutex.unlock();
        if (!self.isRunning() or self.epoch.load(.monotonic) != epoch) return false;
        self.noteHeard();
        if (pending.isGivenUp(shim.nrv8_current_evaluation(self.v8.?))) self.terminateLocked();
        return true;
    }
};

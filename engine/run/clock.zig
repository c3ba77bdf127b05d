//! One thread for everything that is due by time: guest timers, slices, CPU and wall limits. It also hears when a host's
//! end of a doorbell is closed, and joins threads that ended. Sleeps while nothing is due.
const std = @import("std");
const cause = @import("../limit/cause.zig");
const engine = @import("engine.zig");
const sync = @import("../system/sync.zig");
const system_thread = @import("../system/thread.zig");
const time = @import("../system/time.zig");
const Alarm = @import("../system/alarm.zig").Alarm;
const Isolate = @import("isolate.zig").Isolate;
const Sandbox = @import("sandbox.zig").Sandbox;
const Thread = @import("thread.zig").Thread;

/// A limit is looked at again after its remainder, but not more often than this.
const check_interval_min = 500 * time.ns_per_us;
/// How long a turn may take to stop once it was told to; then it is abandoned.
const patience = 250 * time.ns_per_ms;
/// The CPU time that an abandoned turn has to come to where it needs memory; from then on it gets what others leave.
const indulgence = 500 * time.ns_per_ms;
/// How often it is told again: a termination that V8 has taken for another purpose is lost.
const repetition = 50 * time.ns_per_ms;
/// What one look at a sandbox may find to do; the rest is found by the next look, at once.
const actions_max = 64;
/// How long freeing an isolate may take; then the host is told that it is gone.
const disposal_patience = 2000 * time.ns_per_ms;

/// Something to do to an isolate once no engine lock is held. Holds a reference.
const Action = struct {
    isolate: *Isolate,
    kind: enum { terminate, interrupt, press, abandon, kill_cpu_turn, kill_cpu_total, kill_wall },
    epoch: u32 = 0,
    used: u64 = 0,

    fn perform(self: Action) void {
        sync.assertNoneHeld();
        const limits = &self.isolate.limits;
        switch (self.kind) {
            .terminate => self.isolate.turn.terminateAgain(),
            .interrupt => self.isolate.turn.interrupt(self.epoch),
            .press => self.isolate.turn.press(&self.isolate.pending, self.epoch, self.used),
            .abandon => self.isolate.sandbox.abandon(self.isolate),
            .kill_cpu_turn => self.isolate.kill(.cpu, .turn, limits.cpu_ns, self.used),
            .kill_cpu_total => self.isolate.kill(.cpu, .total, limits.cpu_total_ns, self.used),
            .kill_wall => self.isolate.kill(.wall, .turn, limits.wall_ns, self.used),
        }
        engine.isolates.release(self.isolate.handle);
    }
};

pub const Clock = struct {
    /// When the clock looks again by itself.
    next: std.atomic.Value(u64) = std.atomic.Value(u64).init(time.never),
    /// It has read `next` or is about to: whoever moves that forward must wake it.
    asleep: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),
    alarm: Alarm = .{},
    mutex: sync.Mutex = .{},
    /// Threads that ended and wait to be joined.
    ended: std.ArrayList(system_thread.Id) = .empty,
    /// Doomed isolates that this look has seen to, each with a reference. Its own thread's.
    looked_at: ?*Isolate = null,

    /// Looks at `deadline` or earlier. Any thread; a system call only when that is earlier than planned.
    pub fn notify(self: *Clock, deadline: u64) void {
        var planned = self.next.load(.seq_cst);
        while (deadline < planned) {
            planned = self.next.cmpxchgWeak(planned, deadline, .seq_cst, .seq_cst) orelse {
                if (self.asleep.load(.seq_cst)) self.alarm.wake();
                return;
            };
        }
    }

    /// A turn runs that may come to a call that was given up: with no limit that is near it would not be looked at.
    pub fn noteGivenUp(self: *Clock) void {
        self.notify(time.now() + repetition);
    }

    pub fn reap(self: *Clock, thread: system_thread.Id) void {
        {
            self.mutex.lock();
            defer self.mutex.unlock();
            // Without memory for the note the thread's stack stays; nothing else is lost.
            self.ended.append(std.heap.c_allocator, thread) catch return;
        }
        self.alarm.wake();
    }

    pub fn run(self: *Clock) noreturn {
        system_thread.sleepPrecisely();
        while (true) {
            self.next.store(time.never, .seq_cst);
            self.joinEnded();
            self.look();
            self.sleep();
        }
    }

    fn joinEnded(self: *Clock) void {
        while (true) {
            const thread = blk: {
                self.mutex.lock();
                defer self.mutex.unlock();
                break :blk self.ended.pop() orelse return;
            };
            system_thread.join(thread);
        }
    }

    fn sleep(self: *Clock) void {
        self.asleep.store(true, .seq_cst);
        defer self.asleep.store(false, .seq_cst);
        const now = time.now();
        const planned = self.next.load(.seq_cst);
        var names: [Alarm.hangups_max]u64 = undefined;
        const limit = if (planned == time.never) null else planned -| now;
        for (self.alarm.sleep(limit, &names)) |sandbox| engine.orphan(@intCast(sandbox));
    }

    fn look(self: *Clock) void {
        var actions: [actions_max]Action = undefined;
        var count: usize = 0;
        self.looked_at = null;
        {
            engine.lock();
            defer engine.unlock();
            var cursor = engine.first;
            while (cursor) |sandbox| : (cursor = sandbox.next) {
                count += self.lookAt(sandbox, actions[count..]);
            }
        }
        self.releaseDoomed();
        for (actions[0..count]) |action| action.perform();
        // Whatever was done is looked at again soon: terminated turns have to end.
        if (count != 0) self.notify(if (count == actions.len) 0 else time.now() + repetition);
        engine.janitor.look(time.now());
    }

    fn lookAt(self: *Clock, sandbox: *Sandbox, actions: []Action) usize {
        sandbox.lock();
        defer sandbox.unlock();
        const now = time.now();
        const scheduler = &sandbox.scheduler;
        scheduler.wakeDue(sandbox, now);
        self.keepDoomed(sandbox.endDoomed());
        // The system may have refused a thread when a slot was free.
        scheduler.dispatch(sandbox);
        // While somebody waits, slices end.
        if (scheduler.queue.len() != 0) self.notify(now + scheduler.slice(sandbox));
        var count: usize = 0;
        var cursor = scheduler.threads;
        while (cursor) |thread| : (cursor = thread.next) {
            if (count == actions.len) break;
            const isolate = thread.isolate orelse continue;
            const action = self.inspect(sandbox, thread, isolate, now) orelse continue;
            _ = engine.isolates.acquire(isolate.handle) orelse continue;
            actions[count] = action;
            count += 1;
        }
        return count;
    }

    fn keepDoomed(self: *Clock, first: ?*Isolate) void {
        var last = first orelse return;
        while (last.doomed_next) |next| last = next;
        last.doomed_next = self.looked_at;
        self.looked_at = first;
    }

    fn releaseDoomed(self: *Clock) void {
        while (self.looked_at) |isolate| {
            self.looked_at = isolate.doomed_next;
            engine.isolates.release(isolate.handle);
        }
    }

    /// Checks the limits and the slice of the turn that `thread` is in the middle of.
    fn inspect(self: *Clock, sandbox: *Sandbox, thread: *Thread, isolate: *Isolate, now: u64) ?Action {
        const limits = &isolate.limits;
        const turn = &isolate.turn;
        if (isolate.cause.isSet()) {
            return self.inspectEnding(thread, isolate, now);
        }
        const inspection = isolate.inspection.load(.acquire);
        if (inspection) |debugged| {
            if (debugged.held.load(.seq_cst)) return null;
            if (debugged.exempt.load(.seq_cst)) {
                // While it waits for front ends it has no slot to lend.
                if (isolate.state.load(.monotonic) != .running) return null;
                return self.inspectSlice(sandbox, thread, isolate, now);
            }
        }
        if (limits.wall_ns != time.never) {
            const elapsed = if (turn.isRunning()) now -| turn.started_at.load(.monotonic) else 0;
            const waits = isolate.pending.earliest.load(.monotonic);
            if (elapsed > limits.wall_ns or waits <= now) {
                return .{ .isolate = isolate, .kind = .kill_wall, .used = @max(elapsed, limits.wall_ns) };
            }
            self.notify(@min(now + (limits.wall_ns - elapsed), waits));
        }
        if (isolate.state.load(.monotonic) != .running) return null;
        if (!turn.isRunning()) {
            // Between two turns, or being made: the next turn is not announced, so it is looked at in time.
            self.notify(now +| @max(limits.soonest(isolate.cpu_ns.load(.monotonic)), check_interval_min));
            return null;
        }

        if (isolate.collection_wanted.swap(false, .seq_cst)) {
            return .{ .isolate = isolate, .kind = .interrupt, .epoch = turn.epoch.load(.monotonic) };
        }
        const cpu = thread.cpu_clock.value();
        const in_turn = cpu -| turn.cpu_base.load(.monotonic);
        if (in_turn > limits.cpu_ns) return .{ .isolate = isolate, .kind = .kill_cpu_turn, .used = in_turn };
        const in_total = isolate.cpu_ns.load(.monotonic) + (cpu -| thread.charged.load(.monotonic));
        if (in_total > limits.cpu_total_ns) {
            return .{ .isolate = isolate, .kind = .kill_cpu_total, .used = in_total };
        }
        const left = @min(limits.cpu_ns - in_turn, limits.cpu_total_ns - in_total);
        if (left < time.never / 2) self.notify(now + @max(left, check_interval_min));
        // After the limits, which its looks would hide. What was given up may come to run only later in the turn.
        if (isolate.pending.anyGivenUp()) {
            if (now >= thread.given_up_next) {
                thread.given_up_next = now + repetition;
                return .{ .isolate = isolate, .kind = .press, .epoch = turn.epoch.load(.monotonic), .used = cpu };
            }
            self.notify(thread.given_up_next);
        }
        if (inspection) |debugged| {
            const every = debugged.sample_ns.load(.monotonic);
            if (every != 0) {
                if (now >= thread.sample_next) {
                    thread.sample_next = now + every;
                    self.notify(thread.sample_next);
                    return .{ .isolate = isolate, .kind = .interrupt, .epoch = turn.epoch.load(.monotonic) };
                }
                self.notify(thread.sample_next);
            }
        }
        return self.inspectSlice(sandbox, thread, isolate, now);
    }

    /// A turn that was told to stop has `patience` to do so.
    fn inspectEnding(self: *Clock, thread: *Thread, isolate: *Isolate, now: u64) ?Action {
        const turn = &isolate.turn;
        if (!turn.isRunning()) return self.inspectDisposal(thread, isolate, now);
        if (!turn.terminateSent()) return .{ .isolate = isolate, .kind = .terminate };
        const cpu = thread.cpu_clock.value();
        if (thread.ending_since == 0) {
            thread.ending_since = now;
            thread.ending_cpu = cpu;
            thread.ending_next = now + repetition;
        }
        const waited = now - thread.ending_since;
        // A thread that hardly ran since had no chance to stop: the machine is busy.
        if (!isolate.abandoned and waited >= patience and cpu -| thread.ending_cpu >= patience / 4) {
            return .{ .isolate = isolate, .kind = .abandon };
        }
        if (isolate.abandoned and !thread.demoted and cpu -| thread.ending_cpu >= indulgence) thread.demote();
        if (now >= thread.ending_next) {
            // An abandoned turn is told ever less often.
            thread.ending_next = now + @max(repetition, waited / 4);
            return .{ .isolate = isolate, .kind = .terminate };
        }
        self.notify(thread.ending_next);
        return null;
    }

    /// Between two turns of an isolate that is to end, mostly: while it is being freed.
    fn inspectDisposal(self: *Clock, thread: *Thread, isolate: *Isolate, now: u64) ?Action {
        if (isolate.abandoned) return null;
        if (thread.disposing_since == 0) thread.disposing_since = now;
        const give_up_at = thread.disposing_since + disposal_patience;
        if (now >= give_up_at) return .{ .isolate = isolate, .kind = .abandon };
        self.notify(give_up_at);
        return null;
    }

    fn inspectSlice(self: *Clock, sandbox: *Sandbox, thread: *Thread, isolate: *Isolate, now: u64) ?Action {
        const scheduler = &sandbox.scheduler;
        if (scheduler.queue.len() == 0) return null;
        const slice = scheduler.slice(sandbox);
        const over = thread.slice_started.load(.monotonic) + slice;
        if (now < over) {
            self.notify(over);
            return null;
        }
        scheduler.lend(sandbox, thread, now);
        return .{ .isolate = isolate, .kind = .interrupt, .epoch = isolate.turn.epoch.load(.monotonic) };
    }
};

//! Gives memory of ended isolates back to the system. glibc keeps what V8 freed through malloc, about half a MB an isolate;
//! trimming may take milliseconds, so a short-lived thread does it, some time after the first of the deaths it is for.
const std = @import("std");
const engine = @import("engine.zig");
const time = @import("time.zig");

const delay = 250 * time.ns_per_ms;
const stack_bytes = 128 * 1024;

extern "c" fn malloc_trim(pad: usize) c_int;

pub const Janitor = struct {
    /// When to trim; `never` if nothing died since the last time.
    due: std.atomic.Value(u64) = std.atomic.Value(u64).init(time.never),

    /// An isolate has ended. Any thread.
    pub fn noteDeath(self: *Janitor) void {
        const at = time.now() + delay;
        if (self.due.cmpxchgStrong(time.never, at, .seq_cst, .seq_cst) == null) engine.clock.notify(at);
    }

    /// Called by the clock whenever it looks.
    pub fn look(self: *Janitor, now: u64) void {
        const due = self.due.load(.seq_cst);
        if (due == time.never) return;
        if (due > now) return engine.clock.notify(due);
        self.due.store(time.never, .seq_cst);
        // Without a thread the memory stays with malloc, for the next isolates.
        _ = engine.spawnThread(stack_bytes, trim, null) catch return;
    }

    fn trim(_: ?*anyopaque) callconv(.c) ?*anyopaque {
        _ = malloc_trim(0);
        engine.clock.reap(std.c.pthread_self());
        return null;
    }
};

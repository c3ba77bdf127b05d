//! Gives memory of ended isolates and of floods of records back to the system, on a short-lived thread, because it may take
//! milliseconds.
//! malloc keeps what V8 freed through malloc, about half a MB an isolate: it is trimmed some time after the first of the
//! deaths it is for. An isolate whose thread died inside V8 leaves its heap; while background work still reads that, the
//! rest waits here.
const std = @import("std");
const memory = @import("../system/memory.zig");
const shim = @import("../abi/shim.zig");
const sync = @import("../system/sync.zig");
const thread = @import("../system/thread.zig");
const time = @import("../system/time.zig");

const trim_delay = 250 * time.ns_per_ms;
const retry_delay = 20 * time.ns_per_ms;
/// Background work that takes longer is stuck in what died: the memory is given up.
const retry_for = 5000 * time.ns_per_ms;
const stack_bytes = 128 * 1024;

/// `Owner` is what counts an isolate's memory: it needs `fn hold` and `fn letGo`, a reference, and `fn correctLeak`.
/// `Clock` needs `fn notify`, which has `look` called at a time or earlier, and `fn reap`, which joins a thread that ends.
pub fn Janitor(comptime Owner: type, comptime Clock: type) type {
    return struct {
        const Self = @This();

        /// What a dead isolate still holds.
        const Remains = struct { v8: *shim.Isolate, owner: *Owner, held: usize, give_up_at: u64 };

        clock: *Clock,
        /// When to work next; `never` if there is nothing to do.
        due: std.atomic.Value(u64) = std.atomic.Value(u64).init(time.never),
        trim_due: std.atomic.Value(u64) = std.atomic.Value(u64).init(time.never),
        working: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),
        mutex: sync.Mutex = .{},
        remains: std.ArrayList(Remains) = .empty,

        /// An isolate has ended, or many records were freed. Any thread.
        pub fn noteFreed(self: *Self) void {
            const at = time.now() + trim_delay;
            if (self.trim_due.cmpxchgStrong(time.never, at, .seq_cst, .seq_cst) == null) self.plan(at);
        }

        /// An isolate was forsaken, `held` bytes of it could not be taken back yet. Any thread.
        pub fn adopt(self: *Self, v8: *shim.Isolate, owner: *Owner, held: usize) void {
            const now = time.now();
            owner.hold();
            {
                self.mutex.lock();
                defer self.mutex.unlock();
                const found: Remains = .{ .v8 = v8, .owner = owner, .held = held, .give_up_at = now + retry_for };
                // Without memory for the note the remains stay where they are, and counted.
                self.remains.append(std.heap.c_allocator, found) catch return owner.letGo();
            }
            self.plan(now + retry_delay);
        }

        fn plan(self: *Self, at: u64) void {
            _ = self.due.fetchMin(at, .seq_cst);
            self.clock.notify(at);
        }

        /// Called by the clock whenever it looks.
        pub fn look(self: *Self, now: u64) void {
            const due = self.due.load(.seq_cst);
            if (due == time.never) return;
            if (due > now) return self.clock.notify(due);
            if (self.working.swap(true, .seq_cst)) return self.clock.notify(now + retry_delay);
            self.due.store(time.never, .seq_cst);
            // Without a thread it is tried again later.
            _ = thread.spawn(stack_bytes, work, self) catch {
                self.working.store(false, .seq_cst);
                self.plan(now + trim_delay);
            };
        }

        fn work(argument: ?*anyopaque) callconv(.c) ?*anyopaque {
            const self: *Self = @ptrCast(@alignCast(argument.?));
            self.reclaim();
            const trim_due = self.trim_due.load(.seq_cst);
            if (trim_due <= time.now()) {
                self.trim_due.store(time.never, .seq_cst);
                memory.trim();
            } else if (trim_due != time.never) {
                self.plan(trim_due);
            }
            self.working.store(false, .seq_cst);
            self.clock.reap(thread.current());
            return null;
        }

        /// Tries once for each of the remains.
        fn reclaim(self: *Self) void {
            var index: usize = 0;
            while (self.remainsAt(index)) |found| {
                var busy: i32 = 0;
                const held = shim.nrv8_isolate_reclaim(found.v8, &busy);
                if (busy != 0 and time.now() < found.give_up_at) {
                    index += 1;
                    continue;
                }
                found.owner.correctLeak(found.held, held);
                {
                    self.mutex.lock();
                    defer self.mutex.unlock();
                    _ = self.remains.orderedRemove(index);
                }
                found.owner.letGo();
            }
            if (index != 0) self.plan(time.now() + retry_delay);
        }

        /// Others only append.
        fn remainsAt(self: *Self, index: usize) ?Remains {
            self.mutex.lock();
            defer self.mutex.unlock();
            return if (index < self.remains.items.len) self.remains.items[index] else null;
        }
    };
}

//! In a child process, where a sandbox's work comes from and what it has to tell of: engine/child has the functions.
const constants = @import("../abi/constants.zig");
const Isolate = @import("isolate.zig").Isolate;
const Parker = @import("../system/sync.zig").Parker;

pub const Feed = struct {
    /// A pool thread has nothing to do, and looks for work itself until it goes to sleep.
    begin: *const fn () void,
    look: *const fn () void,
    /// It sleeps until the host has work or its parker is signalled, for so many nanoseconds at most. Whether it was signalled, which
    /// is consumed.
    sleep: *const fn (parker: *Parker, ns: ?u64) bool,
    /// Its counters are new. On its thread, without locks.
    publish: *const fn (isolate: *Isolate) void,
    /// The same, and the sandbox's are.
    answers: *const fn (isolate: *Isolate) void,
    /// A record of it is in the outbox, of which the host has not been told yet.
    recorded: *const fn (isolate: *Isolate, event: constants.Event) void,
    /// An isolate waits until the host has taken records.
    paused: *const fn () void,
};

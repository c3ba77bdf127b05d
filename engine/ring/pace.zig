//! In tests a thread is held up now and then between two steps of what it has agreed on with the other side: what comes in
//! between once in a million times comes there often.
const std = @import("std");
const builtin = @import("builtin");

const Thread = struct {
    threadlocal var steps: u32 = 1;
};

pub fn dawdle() void {
    if (!builtin.is_test) return;
    Thread.steps = Thread.steps *% 1_664_525 +% 1_013_904_223;
    const drawn = Thread.steps >> 16;
    const length = drawn >> 8;
    // For some microseconds, or, on a busy machine too, until the other side has come far.
    if (drawn & 15 == 0) {
        for (0..length / 16) |_| std.Thread.yield() catch {};
        for (0..length * 80) |_| std.atomic.spinLoopHint();
    } else if (drawn & 3 == 0) {
        for (0..length) |_| std.atomic.spinLoopHint();
    }
}

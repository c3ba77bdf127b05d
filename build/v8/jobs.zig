//! How many compilers run at a time: as many as there are processors. Zig's own limit (-j) is one of threads, and with it a
//! step runs in the thread that found it ready while the others wait for that thread: of two processors one was idle most of
//! the time. So the build is run with more threads than it has steps, which wait for their turn here.
const std = @import("std");
const Step = std.Build.Step;

var turns: std.Io.Semaphore = .{};
var make_run: Step.MakeFn = undefined;

pub fn init() void {
    turns.permits = std.Thread.getCpuCount() catch 1;
}

/// `step` is one of a Run's.
pub fn limit(step: *Step) void {
    make_run = step.makeFn;
    step.makeFn = makeInTurn;
}

fn makeInTurn(step: *Step, options: Step.MakeOptions) anyerror!void {
    const io = step.owner.graph.io;
    turns.waitUncancelable(io);
    defer turns.post(io);
    return make_run(step, options);
}
